import { formatMinor } from '@signet/contracts'
import {
  Button,
  ButtonLink,
  type Column,
  DataTable,
  Form,
  FreeText,
  Money,
  Notice,
  Page,
  type PageFrame,
  Section,
  SuccessNotice,
  When,
} from '@signet/ui'
import type { VNode } from 'preact'
import { Payee } from '../transfers/receipt-page.js'
import { NEW_ORDER_PATH, ORDERS_PATH, RHYTHM_NAMES } from './form-page.js'
import type { ListedOrder, StoredOrder, StoredPayment } from './store.js'

/** Orders on the home page. */
const UPCOMING = 5

const Amount = ({ amountMinor, from }: Pick<StoredOrder, 'amountMinor' | 'from'>): VNode => (
  <Money amountMinor={amountMinor} currency={from.currency} />
)

const COLUMNS: Column<ListedOrder>[] = [
  { header: 'Next payment', cell: ({ nextOn }) => <When at={nextOn} />, phone: 'meta' },
  {
    header: 'To',
    rowHeader: true,
    phone: 'lead',
    cell: (order) => (
      <>
        <Payee {...order} />
        <div class="muted small">
          {RHYTHM_NAMES[order.rhythm]} from {order.from.name}
          {order.memo !== '' && (
            <>
              {' · '}
              <FreeText text={order.memo} />
            </>
          )}
        </div>
      </>
    ),
  },
  { header: 'Amount', numeric: true, cell: (order) => <Amount {...order} />, phone: 'figure' },
]

const CANCEL: Column<ListedOrder> = {
  header: 'Action',
  phone: 'note',
  phoneLabel: false,
  cell: ({ id, to, amountMinor, from }) => (
    <Form class="" action={`${ORDERS_PATH}/${id}/cancel`}>
      <Button
        kind="secondary"
        label={`Cancel ${formatMinor(amountMinor, from.currency)} to ${to?.number ?? 'my retirement plan'}`}
      >
        Cancel
      </Button>
    </Form>
  ),
}

/** Says which orders could not be paid on their latest date. */
function Missed({ orders }: { orders: readonly ListedOrder[] }): VNode | null {
  const missed = orders.flatMap((order) =>
    order.payments.filter(({ transferId }) => transferId === null).map(({ dueOn }) => ({ order, dueOn })),
  )
  if (missed.length === 0) return null
  return (
    <Notice kind="warning" title="We could not make a payment">
      {missed.map(({ order, dueOn }) => (
        <p key={order.id}>
          On <When at={dueOn} /> there was not enough money in {order.from.name} to pay <Amount {...order} /> to{' '}
          <Payee {...order} />. The next payment is due on <When at={order.nextOn} />.
        </p>
      ))}
    </Notice>
  )
}

export function UpcomingSection({ orders }: { orders: readonly ListedOrder[] }): VNode {
  return (
    <Section
      title="Upcoming standing orders"
      id="upcoming"
      action={orders.length > 0 && <a href={ORDERS_PATH}>All standing orders</a>}
    >
      <Missed orders={orders} />
      {orders.length === 0 ? (
        <p class="empty">
          You have no standing orders. <a href={NEW_ORDER_PATH}>Set one up</a> to pay the same amount every week or
          month.
        </p>
      ) : (
        <DataTable<ListedOrder>
          caption="The next standing orders"
          captionHidden
          rows={orders.slice(0, UPCOMING)}
          columns={COLUMNS}
        />
      )}
    </Section>
  )
}

export interface OrdersPageProps {
  readonly frame: PageFrame
  readonly orders: readonly ListedOrder[]
  readonly payments: readonly StoredPayment[]
  readonly done: string | undefined
}

export function OrdersPage({ frame, orders, payments, done }: OrdersPageProps): VNode {
  return (
    <Page
      {...frame}
      title="Standing orders"
      lead="We pay on each date. After an outage we pay each missed date once, the oldest first."
      aside={<ButtonLink href={NEW_ORDER_PATH}>Set up a standing order</ButtonLink>}
    >
      <SuccessNotice text={done} />
      <Missed orders={orders} />
      <DataTable<ListedOrder>
        caption="Your standing orders, the next one first"
        emptyText="You have no standing orders."
        rows={orders}
        columns={[...COLUMNS, CANCEL]}
      />
      {payments.length > 0 && (
        <Section title="Latest payments" id="payments">
          <DataTable<StoredPayment>
            caption="Latest payments, newest first"
            captionHidden
            rows={payments}
            columns={[
              { header: 'Date', cell: ({ dueOn }) => <When at={dueOn} />, phone: 'meta' },
              { header: 'To', rowHeader: true, cell: ({ order }) => <Payee {...order} />, phone: 'lead' },
              {
                header: 'Result',
                cell: ({ transferId }) =>
                  transferId === null ? 'Not paid: not enough money' : <a href={`/transfers/${transferId}`}>Paid</a>,
                phone: 'note',
                phoneLabel: false,
              },
              { header: 'Amount', numeric: true, cell: ({ order }) => <Amount {...order} />, phone: 'figure' },
            ]}
          />
        </Section>
      )}
    </Page>
  )
}
