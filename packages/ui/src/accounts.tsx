import type { VNode } from 'preact'
import { Money } from './money.js'

interface AccountSummary {
  href: string
  name: string
  number: string
  balanceMinor: bigint | number
  currency: string
}

export interface AccountListProps {
  accounts: AccountSummary[]
  /** Below the double rule; left out where the accounts have no common currency. */
  total?: { amountMinor: bigint | number; currency: string } | undefined
}

/** A person's accounts as a ledger: one line each, the sum below a double rule. */
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
