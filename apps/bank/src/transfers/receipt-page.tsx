import { hasVisibleCharacter } from '@signet/contracts'
import {
  assetUrl,
  ButtonLink,
  DataTable,
  DescriptionList,
  Figure,
  FreeText,
  Money,
  Notice,
  Page,
  type PageFrame,
  Panel,
  Section,
  When,
} from '@signet/ui'
import type { VNode } from 'preact'
import type { Confirmation } from './rules.js'
import { settledAtOf } from './schemas.js'
import type { Party, StoredTransfer } from './store.js'

interface ReceiptPageProps {
  readonly frame: PageFrame
  readonly transfer: StoredTransfer
  /** Whether the viewer sent it; otherwise they received it. */
  readonly mine: boolean
  readonly back: { readonly href: string; readonly label: string }
  readonly here: string
}

const CONFIRMED: Readonly<Record<Confirmation | 'nothing', string>> = {
  password: 'With your password',
  passkey: 'With a passkey',
  recovery_code: 'With a recovery code',
  nothing: 'Not needed',
}

export function ReceiptPage({ frame, transfer, mine, back, here }: ReceiptPageProps): VNode {
  const { id, from, to, kind, amountMinor, currency, memo, createdAt } = transfer
  const pending = settledAtOf(transfer) === null
  return (
    <Page
      {...frame}
      scripts={pending ? [assetUrl('transfer-state.js')] : []}
      title={mine ? 'Transfer' : 'Transfer to you'}
    >
      <div id="transfer-state" data-transfer={pending ? id : undefined} aria-live="polite">
        <State transfer={transfer} mine={mine} here={here} />
      </div>
      <Panel>
        <Figure label="Amount">
          <Money amountMinor={amountMinor} currency={currency} />
        </Figure>
        <DescriptionList
          items={[
            { term: 'From', value: <Named name={mine ? from.name : transfer.sender} number={from.number} /> },
            {
              term: 'To',
              value: to ? (
                <Named name={kind === 'customer' && mine ? undefined : to.name} number={to.number} />
              ) : (
                'My retirement plan'
              ),
            },
            ...(hasVisibleCharacter(memo) ? [{ term: 'Memo', value: <FreeText text={memo} /> }] : []),
            { term: 'Requested', value: <When at={createdAt} time /> },
            ...(mine ? [{ term: 'Confirmed', value: CONFIRMED[transfer.confirmedBy ?? 'nothing'] }] : []),
            { term: 'Reference', value: id },
          ]}
        />
        <p class="form-actions">
          <ButtonLink href={back.href}>{back.label}</ButtonLink>
          {mine && <a href="/transfer">Another transfer</a>}
        </p>
      </Panel>
    </Page>
  )
}

function State({ transfer, mine, here }: { transfer: StoredTransfer; mine: boolean; here: string }): VNode {
  const { delivery, createdAt } = transfer
  const settledAt = settledAtOf(transfer)
  if (settledAt !== null) {
    return (
      <Notice kind="success" title={mine ? 'Settled' : 'You have received this money'}>
        <p>
          {delivery ? 'Retirement received the money on ' : 'The money arrived on '}
          <When at={settledAt} time />.
        </p>
      </Notice>
    )
  }
  const tries = delivery?.tries ?? 0
  return (
    <Notice
      kind={delivery?.refused ? 'warning' : 'info'}
      title={delivery?.refused ? 'Pending: refused by retirement' : 'Pending'}
    >
      <p>
        The money has left your account and is on its way to retirement, since <When at={createdAt} time />. It arrives
        by itself: you need not send it again.
      </p>
      {delivery?.lastProblem != null && (
        <p>
          Tried {tries === 1 ? 'once' : `${tries} times`} so far. Last problem: {delivery.lastProblem}.
          {delivery.refused && ' Somebody at the bank has to look into it; your money is kept for it until then.'}
        </p>
      )}
      <p>
        <a href={here}>Refresh</a>
      </p>
    </Notice>
  )
}

/** Shows an account's number, with its owner or name if the viewer may see it. */
export function Named({ name, number }: { name: string | undefined; number: string }): VNode {
  if (name === undefined || !hasVisibleCharacter(name)) return <>{number}</>
  return (
    <>
      <FreeText text={name} /> <span class="muted">{number}</span>
    </>
  )
}

/** Names the receiver of a user's money: an own account by its name, another one by its number. */
export const Payee = ({ userId, to }: { userId: string; to: Party | null }): VNode =>
  to ? <Named name={to.userId === userId ? to.name : undefined} number={to.number} /> : <>My retirement plan</>

/** The part of the home page about deposits that retirement has not credited yet. */
export function PendingSection({ pending }: { pending: readonly StoredTransfer[] }): VNode | null {
  if (pending.length === 0) return null
  return (
    <Section title="Pending transfers to retirement" id="pending">
      <DataTable<StoredTransfer>
        caption="Pending transfers to retirement"
        captionHidden
        rows={pending}
        columns={[
          { header: 'Since', cell: ({ createdAt }) => <When at={createdAt} time />, phone: 'meta' },
          {
            header: 'Memo',
            rowHeader: true,
            cell: ({ id, memo }) => (
              <a href={`/transfers/${id}`}>
                <FreeText text={memo} fallback="Contribution to retirement" />
              </a>
            ),
            phone: 'lead',
          },
          { header: 'Attempts', numeric: true, cell: ({ delivery }) => delivery?.tries ?? 0, phone: 'note' },
          { header: 'Amount', numeric: true, cell: (transfer) => <Money {...transfer} />, phone: 'figure' },
        ]}
      />
    </Section>
  )
}
