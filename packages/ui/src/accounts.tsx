import type { ComponentChildren, VNode } from 'preact'
import { Money } from './values.js'

interface AccountSummary {
  href: string
  name: string
  number: string
  balanceMinor: bigint | number
  currency: string
  /** Shown between name and balance, for example a line. */
  history?: ComponentChildren
}

export interface AccountListProps {
  accounts: AccountSummary[]
  /** Omitted when the accounts have different currencies. */
  total?: { amountMinor: bigint | number; currency: string } | undefined
}

/** Lists a user's accounts with their total. */
export function AccountList({ accounts, total }: AccountListProps): VNode {
  return (
    <div class="ledger">
      <ul>
        {accounts.map((account) => (
          <li key={account.href} class="ledger-line">
            <div>
              <a class="ledger-link" href={account.href}>
                {account.name}
              </a>
              <p class="account-number">{account.number}</p>
            </div>
            {account.history !== undefined && <div class="ledger-history">{account.history}</div>}
            <Money amountMinor={account.balanceMinor} currency={account.currency} />
          </li>
        ))}
      </ul>
      {total !== undefined && (
        <p class="ledger-total">
          <span>Total</span>
          <Money amountMinor={total.amountMinor} currency={total.currency} />
        </p>
      )}
    </div>
  )
}
