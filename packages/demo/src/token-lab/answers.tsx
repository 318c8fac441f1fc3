import { DataTable, Notice, Section } from '@signet/ui'
import type { VNode } from 'preact'
import type { Exhibit } from './exhibits.js'
import type { LibraryAnswer } from './libraries.js'
import { TokenText } from './token-text.js'
import { VerdictText } from './verdict-text.js'
import type { Answer } from './verifiers.js'

export interface AnswersProps {
  /** The token as it was, and what was made of it. */
  untouched: string
  sent: string
  /** What both services say of the one and of the other. */
  control: readonly Answer[]
  changed: readonly Answer[]
  exhibit?: Exhibit | undefined
  libraries?: readonly LibraryAnswer[] | undefined
}

const NAMES: Readonly<Record<string, string>> = { bank: 'Signet Bank', retirement: 'Signet Retirement' }

const byService = (one: Answer, other: Answer): number => one.service.localeCompare(other.service)

/** What the real verifiers said to a token, beside what they say to the one that nobody changed. */
export function Answers({ untouched, sent, control, changed, exhibit, libraries }: AnswersProps): VNode {
  const controlOf = (service: string) => control.find((answer) => answer.service === service)?.verdict
  const asItIs = sent === untouched
  const over = control.some(({ verdict }) => verdict?.code === 'token_expired')
  return (
    <Section title={exhibit?.title ?? 'What the verifiers say'} id="answers-heading">
      {exhibit && <p>{exhibit.attempt}</p>}
      <TokenText token={sent} before={untouched} label="The token that was sent" />
      {over && (
        <Notice kind="warning">
          <p>
            The token of this page has lived its five minutes. <a href="/token">Take a new one</a>.
          </p>
        </Notice>
      )}
      <DataTable<Answer>
        caption={
          exhibit?.presented
            ? 'Put to the verifier of both services, and sent to GET /api/me, where an access token is expected'
            : 'Put to the verifier of both services'
        }
        emptyText="Nobody was asked."
        rows={changed.toSorted(byService)}
        columns={[
          {
            header: 'Service',
            rowHeader: true,
            phone: 'lead',
            cell: ({ service }) => (
              <>
                {NAMES[service] ?? service}
                <div class="muted small">{controlOf(service)?.instance}</div>
              </>
            ),
          },
          {
            header: asItIs && exhibit?.presented ? 'To be looked at' : 'Untouched',
            phone: 'meta',
            phoneLabel: true,
            cell: ({ service }) => <VerdictText verdict={controlOf(service)} />,
          },
          {
            header: exhibit?.presented ? 'As an access token' : asItIs ? 'As it stands' : 'Changed',
            phone: 'note',
            cell: ({ verdict }) => <VerdictText verdict={verdict} />,
          },
        ]}
      />
      {libraries && libraries.length > 0 && (
        <DataTable<LibraryAnswer>
          caption="The same token, given with the right key to libraries as they come"
          emptyText=""
          rows={libraries}
          columns={[
            { header: 'Library', rowHeader: true, cell: ({ library }) => <code>{library}</code> },
            {
              header: 'Its answer',
              cell: ({ takes, words }) => (
                <VerdictText
                  verdict={{
                    genuine: takes,
                    code: null,
                    sentence: takes ? 'No option tells it more than the key and the algorithm.' : words,
                  }}
                />
              ),
            },
          ]}
        />
      )}
      {exhibit && <p class="why">{exhibit.because}</p>}
    </Section>
  )
}
