import type { VNode } from 'preact'
import { type Brand, brandNames, Mark, siblingOf } from './brand.js'
import { Form } from './forms.js'
import { FreeText } from './values.js'

export interface NavItem {
  label: string
  href: string
  current?: boolean | undefined
}

interface MastheadProps {
  brand: Brand
  nav: NavItem[]
  person: { id: string; name: string } | undefined
  siblingUrl: string
  insuranceUrl?: string | undefined
}

/** The masthead of every page: logo, links to the other apps, user name, sign-out and main navigation. */
export function Masthead({ brand, nav, person, siblingUrl, insuranceUrl }: MastheadProps): VNode {
  const sibling = brandNames[siblingOf(brand)]
  return (
    <header class="masthead">
      <div class="wrap masthead-top">
        <a class="brand" href="/">
          <Mark brand={brand} />
          <span class="wordmark">
            Signet <span>{brandNames[brand].short}</span>
          </span>
        </a>
        {person !== undefined && (
          <span class="person">
            <FreeText text={person.name} fallback="Customer" />
          </span>
        )}
        <p class="sibling">
          <a href={siblingUrl} aria-describedby="sibling-holds">
            {sibling.short}
          </a>
          <span id="sibling-holds">{sibling.holds}</span>
        </p>
        {insuranceUrl !== undefined && (
          <p class="sibling">
            <a href={insuranceUrl}>Insurance</a>
          </p>
        )}
        {person !== undefined && (
          <Form class="" action="/sign-out">
            <button class="button sign-out" type="submit">
              Sign out
            </button>
          </Form>
        )}
      </div>
      {nav.length > 0 && (
        <nav class="wrap" aria-label="Main">
          <ul>
            {nav.map(({ label, href, current }) => (
              <li key={href}>
                <a href={href} aria-current={current ? 'page' : undefined}>
                  {label}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      )}
    </header>
  )
}
