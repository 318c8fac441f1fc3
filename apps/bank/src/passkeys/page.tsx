import { Button, DataTable, Disclosure, Field, Form, type PageFrame, PasskeyButton, Section, When } from '@signet/ui'
import type { VNode } from 'preact'
import { ConfirmField } from '../sign-in/confirm-field.js'
import { MAX_PASSKEYS } from './rules.js'
import type { StoredPasskey } from './store.js'

/** Asks for the password or a passkey before the ways to sign in can be changed. */
export function ConfirmSection(props: { frame: PageFrame; hasPassword: boolean; hasPasskey: boolean }): VNode {
  return (
    <Section title="Confirm that it is you" id="confirm">
      <p>You can change how you sign in for five minutes after you have confirmed.</p>
      <Form action="/security/confirm" label="Confirm that it is you">
        {props.hasPassword && (
          <>
            <ConfirmField frame={props.frame} />
            <Button kind="secondary">Confirm</Button>
          </>
        )}
        {props.hasPasskey && (
          <PasskeyButton options="/api/reauthenticate/passkey/options">Confirm with a passkey</PasskeyButton>
        )}
      </Form>
    </Section>
  )
}

export interface PasskeySectionProps {
  readonly passkeys: readonly StoredPasskey[]
  /** Whether the user has confirmed in the last five minutes. */
  readonly isConfirmed: boolean
}

export function PasskeySection({ passkeys, isConfirmed }: PasskeySectionProps): VNode {
  return (
    <Section title="Passkeys" id="passkeys">
      <p>
        A passkey signs you in to every app with your fingerprint, face or device PIN. A fake website cannot use it.
      </p>
      <DataTable<StoredPasskey>
        caption="Your passkeys"
        captionHidden
        emptyText="You have no passkeys."
        rows={[...passkeys]}
        columns={[
          {
            header: 'Passkey',
            rowHeader: true,
            phone: 'lead',
            cell: ({ id, name, backedUp, createdAt }) => (
              <>
                {name}
                <div class="muted small">
                  {backedUp ? 'Kept by a password manager' : 'Stays on one device'} · added <When at={createdAt} />
                </div>
                {isConfirmed && (
                  <Disclosure summary="Rename">
                    <Form action="/security/passkeys/rename" label={`Rename ${name}`}>
                      <input type="hidden" name="id" value={id} />
                      <Field
                        label="New name"
                        name="name"
                        id={`name-${id}`}
                        value={name}
                        autocapitalize="sentences"
                        required
                      />
                      <Button kind="secondary">Rename</Button>
                    </Form>
                  </Disclosure>
                )}
              </>
            ),
          },
          {
            header: 'Last used',
            phone: 'meta',
            phoneLabel: true,
            cell: ({ lastUsedAt }) => (lastUsedAt ? <When at={lastUsedAt} time /> : <span class="muted">Never</span>),
          },
          {
            header: 'Action',
            phone: 'figure',
            cell: ({ id, name }) =>
              isConfirmed ? (
                <Form action="/security/passkeys/remove" class="">
                  <input type="hidden" name="id" value={id} />
                  <Button kind="secondary" label={`Remove ${name}`}>
                    Remove
                  </Button>
                </Form>
              ) : (
                <a href="#confirm">Confirm to remove</a>
              ),
          },
        ]}
      />
      {passkeys.length >= MAX_PASSKEYS ? (
        <p>You have {MAX_PASSKEYS} passkeys. Remove one before you add another.</p>
      ) : isConfirmed ? (
        <Form action="/security/passkeys" label="Add a passkey">
          <Field
            label="Name of the new passkey"
            name="name"
            id="passkey-name"
            value={`Passkey ${passkeys.length + 1}`}
            autocapitalize="sentences"
          />
          <PasskeyButton
            options="/api/passkeys/options"
            ceremony="create"
            without="This browser cannot create a passkey here."
          >
            Add a passkey
          </PasskeyButton>
        </Form>
      ) : (
        <p>
          <a href="#confirm">Confirm that it is you</a> to add, rename or remove a passkey.
        </p>
      )}
    </Section>
  )
}
