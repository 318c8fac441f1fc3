import assert from 'node:assert/strict'
import type { App } from '@signet/service'
import { claimsOf, cookieOf, form } from './support.js'

/** A form of a page: where it is sent, and its fields by name. */
export interface PageForm {
  readonly action: string
  readonly fields: Readonly<Record<string, string>>
}

const attributeOf = (tag: string, name: string) => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1]

/** The posted forms of a page by action, which defaults to the page's URL. Of several choices the last one is used. */
export function formsOf(html: string, url: string): PageForm[] {
  return [...html.matchAll(/<form[^>]*method="post"[\s\S]*?<\/form>/g)].map(([form]) => ({
    action: (attributeOf(form, 'action') ?? url).replace(/#.*$/, ''),
    fields: Object.fromEntries(
      [...form.matchAll(/<(?:input|button)[^>]*>/g)].flatMap(([tag]) => {
        const name = attributeOf(tag, 'name')
        return name === undefined ? [] : [[name, attributeOf(tag, 'value') ?? '']]
      }),
    ),
  }))
}

/** The forms of several pages by their action. Asserts that each names the signed-in user. */
export async function formsOfPages(app: App, urls: readonly string[], token: string): Promise<Map<string, PageForm>> {
  const forms = new Map<string, PageForm>()
  for (const url of urls) {
    const { body } = await app.inject({ url, headers: { ...cookieOf(token), accept: 'text/html' } })
    const found = formsOf(body, url)
    assert.ok(found.length > 0, url)
    for (const one of found) {
      assert.equal(one.fields.signed_in_as, claimsOf(token).sub, `${one.action} on ${url}`)
      forms.set(one.action, one)
    }
  }
  return forms
}

/** Sends a form as the browser of a signed-in user does. */
export const sendForm = (app: App, { action, fields }: PageForm, token: string) =>
  app.inject({
    method: 'POST',
    url: action,
    headers: { ...form, ...cookieOf(token), 'sec-fetch-site': 'same-origin' },
    payload: String(new URLSearchParams(fields)),
  })

/** Asserts that a form changes nothing after another user has signed in, and names that user. */
export async function assertRefusedFor(app: App, form: PageForm, otherToken: string): Promise<void> {
  const answer = await sendForm(app, form, otherToken)
  assert.equal(answer.statusCode, 409, form.action)
  assert.match(answer.body, /Nothing was changed\. You are signed in as/, form.action)
  assert.ok(answer.body.includes(String(claimsOf(otherToken).name)), form.action)
  assert.match(answer.body, />Sign out<\/button>/, form.action)
}
