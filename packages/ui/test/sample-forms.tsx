import type { VNode } from 'preact'
import {
  Button,
  Columns,
  DescriptionList,
  Disclosure,
  Field,
  Form,
  Notice,
  Page,
  type PageFrame,
  Panel,
  PasswordField,
  RadioGroup,
  Section,
  SelectField,
  When,
} from '../src/index.js'

const strategies = [
  { value: 'jwt', label: 'A signed token', hint: 'Both apps accept it and ask nobody.' },
  { value: 'session', label: 'A session in memory', hint: 'The other app does not know it.' },
  { value: 'shared-session', label: 'A session in a shared store' },
]

export function SignIn({ frame, name }: { frame: PageFrame; name: string }): VNode {
  return (
    <Page {...frame} title="Sign in" lead="One sign-in for your bank and your retirement plan.">
      <Columns>
        <Panel>
          <Notice kind="error">
            <p>Invalid username/password</p>
          </Notice>
          <Form action="/sign-in">
            <Field label="Username" name="username" value={name} autocomplete="username" required />
            <PasswordField label="Password" name="password" required />
            <Disclosure summary="Compare approaches">
              <RadioGroup label="Remember me with" name="strategy" value="jwt" options={strategies} />
            </Disclosure>
            <Button>Sign in</Button>
          </Form>
          <p class="actions">
            <a href="/register">Open an account</a>
          </p>
        </Panel>
      </Columns>
    </Page>
  )
}

export function Register({ frame, name }: { frame: PageFrame; name: string }): VNode {
  return (
    <Page {...frame} title="Open an account">
      <Panel>
        <Form action="/register">
          <Field label="Your name" name="name" value={name} autocomplete="name" required />
          <Field
            label="Username"
            name="username"
            value="ada"
            hint="3 to 32 of a-z, 0-9, dot, hyphen and underscore."
            error="This username is taken."
            autocomplete="username"
            required
          />
          <PasswordField
            label="Password"
            name="password"
            hint="At least 15 characters; a few words are fine."
            error="This password is among the common ones."
            autocomplete="new-password"
            required
          />
          <Button>Open an account</Button>
        </Form>
      </Panel>
    </Page>
  )
}

export function Transfer({ frame, name }: { frame: PageFrame; name: string }): VNode {
  return (
    <Page {...frame} title="Move money">
      <Notice kind="warning" title="Type your password again">
        <p>A transfer of this size wants a password typed in the last five minutes.</p>
      </Notice>
      <Notice kind="info">
        <p>Transfers to retirement settle within seconds.</p>
      </Notice>
      <Form action="/transfer" label="Transfer">
        <SelectField
          label="From"
          name="from"
          value="1"
          options={[
            { value: '0', label: 'Checking' },
            { value: '1', label: 'Savings' },
          ]}
        />
        <Field label="Amount" name="amount" inputMode="decimal" hint="In dollars, as 12.50." required />
        <Field label="Months" name="months" type="number" min={1} max={50} value="2" />
        <Button name="step" value="send">
          Send
        </Button>
      </Form>
      <Section title="Details" id="details" action={<Button kind="secondary">Change</Button>}>
        <DescriptionList
          items={[
            { term: 'Owner', value: name },
            { term: 'Opened', value: <When at={new Date('2026-11-23T14:05:00Z')} time /> },
          ]}
        />
      </Section>
    </Page>
  )
}
