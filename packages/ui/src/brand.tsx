import type { VNode } from 'preact'

/** The two sister brands that share one frame. */
export type Brand = 'bank' | 'retirement'

interface BrandNames {
  readonly short: string
  readonly full: string
  /** What a user finds there, in two words. */
  readonly holds: string
  readonly description: string
}

/** The names of each brand. */
export const brandNames: Record<Brand, BrandNames> = {
  bank: {
    short: 'Bank',
    full: 'Signet Bank',
    holds: 'your accounts',
    description: 'Your accounts and transfers at Signet Bank.',
  },
  retirement: {
    short: 'Retirement',
    full: 'Signet Retirement',
    holds: 'your plan',
    description: 'Your plan at Signet Retirement.',
  },
}

/** The other brand. */
export function siblingOf(brand: Brand): Brand {
  return brand === 'bank' ? 'retirement' : 'bank'
}

/** The logo: a monogram in an octagon (bank) or a sun (retirement). Decorative. */
export function Mark({ brand }: { brand: Brand }): VNode {
  return (
    <svg class="mark" viewBox="0 0 40 40" width="40" height="40" aria-hidden="true" focusable="false">
      {brand === 'bank' ? (
        <g class="mark-frame">
          <path d="M13.1 3.4h13.8l9.7 9.7v13.8l-9.7 9.7H13.1l-9.7-9.7V13.1z" />
          <path class="mark-fine" d="M14.6 7h10.8l7.6 7.6v10.8L25.4 33H14.6L7 25.4V14.6z" />
        </g>
      ) : (
        <g class="mark-frame">
          <circle cx="20" cy="20" r="17.2" />
          <circle class="mark-rays" cx="20" cy="20" r="14" />
        </g>
      )}
      <path class="mark-letter" d="M24.6 14.6A4.7 4.7 0 1 0 20 20a4.7 4.7 0 1 1-4.6 5.4" />
    </svg>
  )
}
