import { Button, DataTable, Form, FreeText, Notice, Section, When } from '@signet/ui'
import type { VNode } from 'preact'
import { deviceOf } from '../device-name.js'
import type { OpenNotice, SecurityNotice } from './store.js'

export const DISMISSAL_PATH = '/security/notices/dismiss'

const SENTENCES: Readonly<Record<SecurityNotice['kind'], string>> = {
  password_changed: 'Your password was changed',
  password_removed: 'Your password was removed',
  passkey_added: 'A passkey was added',
  passkey_removed: 'A passkey was removed',
  recovery_codes_made: 'New recovery codes were made',
  recovery_code_used: 'A recovery code was used to sign in',
}

const Sentence = ({ kind, passkeyName }: Pick<SecurityNotice, 'kind' | 'passkeyName'>): VNode => (
  <>
    {SENTENCES[kind]}
    {passkeyName !== null && (
      <>
        : <FreeText text={passkeyName} />
      </>
    )}
  </>
)

export function NoticesSection({ notices }: { notices: readonly SecurityNotice[] }): VNode {
  return (
    <Section title="Changes to your sign-in" id="sign-in-changes">
      <DataTable<SecurityNotice>
        caption="Changes to your sign-in"
        captionHidden
        emptyText="Nothing has changed yet."
        rows={notices}
        columns={[
          {
            header: 'Change',
            rowHeader: true,
            cell: ({ kind, passkeyName, userAgent, address }) => (
              <>
                <Sentence kind={kind} passkeyName={passkeyName} />
                <div class="muted small">
                  {deviceOf(userAgent)} · {address}
                </div>
              </>
            ),
            phone: 'lead',
          },
          { header: 'When', cell: ({ at }) => <When at={at} time />, phone: 'meta' },
        ]}
      />
    </Section>
  )
}

export interface NoticeBannerProps {
  notices: readonly OpenNotice[]
  /** Whether the user has confirmed in the last five minutes. Otherwise a copied cookie could dismiss notices. */
  isConfirmed: boolean
  path: string
}

/**
 * Shows notices on every page of a signed-in user. `session-watch.js` fills it again when another session causes a notice, so it is
 * there without notices too.
 */
export function NoticeBanner({ notices, isConfirmed, path }: NoticeBannerProps): VNode {
  return (
    <div id="security-notices" class="wrap" aria-live="polite">
      {notices.length > 0 && (
        <Notice kind="warning">
          <ul>
            {notices.map(({ id, kind, passkeyName, times, at, userAgent, address }) => (
              <li key={id}>
                <strong>
                  <Sentence kind={kind} passkeyName={passkeyName} />.
                </strong>{' '}
                {times > 1 && `${times} times, most recently: `}
                <When at={at} time />, {deviceOf(userAgent)}, {address}
              </li>
            ))}
          </ul>
          <p>
            Was this not you? <a href="/security">Check your security settings</a>
          </p>
          {isConfirmed ? (
            <Form action={DISMISSAL_PATH} label="Dismiss the notices" class="">
              {notices.map(({ id }) => (
                <input key={id} type="hidden" name="notice" value={id} />
              ))}
              <input type="hidden" name="return_to" value={path} />
              <Button kind="quiet">Dismiss</Button>
            </Form>
          ) : (
            <p>
              <a href="/security#confirm">Confirm that it is you</a> to dismiss this.
            </p>
          )}
        </Notice>
      )}
    </div>
  )
}
