import { brandNames, DataTable, Notice, Section } from '@signet/ui'
import type { VNode } from 'preact'
import type { Exhibit } from './exhibits.js'
import { TokenText } from './token-text.js'
import { VerdictText } from './verdict-text.js'
import type { LibraryAnswer, ServiceName, Verdicts } from './verifiers.js'

export interface AnswersProps {
  /** The unchanged token, and the one that was verified. */
  untouched: string
  sent: string
  /** Verdicts of both services on the unchanged token, and on the other one. */
  control: Verdicts
  changed: Verdicts
  exhibit: Exhibit | undefined
  libraries: readonly LibraryAnswer[]
}

/** Shows the verdicts of both services on a token, beside those on the unchanged token. */
export function Answers({ untouched, sent, control, changed, exhibit, libraries }: AnswersProps): VNode {
  const presented = exhibit?.presented === true
  const asItIs = sent === untouched
  return (
    <Section title={exhibit?.title ?? 'Verification results'} id="answers-heading">
      {exhibit && <p>{exhibit.attempt}</p>}
      <TokenText token={sent} before={untouched} label="Verified token" />
      {[control.bank, control.retirement].some((verdict) => verdict?.code === 'token_expired') && (
        <Notice kind="warning">
          <p>
            The token on this page has expired. <a href="/token">Get a new one</a>.
          </p>
        </Notice>
      )}
      <DataTable<ServiceName>
        caption={`Verified at both services${presented ? ' as a lab token, and as an access token by GET /api/me' : ''}`}
        rows={['bank', 'retirement']}
        columns={[
          {
            header: 'Service',
            rowHeader: true,
            phone: 'lead',
            cell: (service) => (
              <>
                {brandNames[service].full}
                <div class="muted small">{control[service]?.instance}</div>
              </>
            ),
          },
          {
            header: asItIs && presented ? 'As a lab token' : 'Unchanged token',
            phone: 'meta',
            phoneLabel: true,
            cell: (service) => <VerdictText verdict={control[service]} />,
          },
          {
            header: presented ? 'As an access token' : asItIs ? 'This token' : 'Changed token',
            phone: 'note',
            cell: (service) => <VerdictText verdict={changed[service]} />,
          },
        ]}
      />
      {libraries.length > 0 && (
        <DataTable<LibraryAnswer>
          caption="The same token verified by libraries with default options and the right key"
          rows={libraries}
          columns={[
            { header: 'Library', rowHeader: true, cell: ({ library }) => <code>{library}</code> },
            { header: 'Result', cell: ({ verdict }) => <VerdictText verdict={verdict} /> },
          ]}
        />
      )}
      {exhibit && <p class="why">{exhibit.because}</p>}
    </Section>
  )
}
