// What the pages of the labs show, and how a user posts their forms.
import assert from 'node:assert/strict'
import { call, claimsOf, send } from './requests.js'
import type { Target } from './services.js'

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

/** Returns the lab token of a page. */
export const findLabToken = (html: string): string | undefined => /data-token="([^"]+)"/.exec(html)?.[1]

export function labTokenOf(html: string): string {
  const token = findLabToken(html)
  assert.ok(token)
  return token
}

/** Returns the verdicts on a page in order: `genuine`, the code of a refusal, or `no answer`. */
export const verdictsOf = (html: string): string[] =>
  [...html.matchAll(/<div class="verdict(?: verdict-(\w+))?">([\s\S]*?)<\/div>/g)].map(([, kind, inside]) =>
    kind === 'refused' ? (/<code>(\w+)<\/code>/.exec(inside ?? '')?.[1] ?? 'refused') : (kind ?? 'no answer'),
  )

/** Requests a page and returns its HTML. */
export async function page(service: Target, token: string, path: string): Promise<string> {
  const response = await call(service, 'GET', path, { token })
  assert.equal(response.status, 200, response.text)
  return response.text
}

/** Posts a form as the service's own page does. */
export async function post(
  service: Target,
  token: string,
  path: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
) {
  const { response, text } = await send(service, 'POST', path, {
    headers: { ...FORM, cookie: `signet_token=${token}`, 'sec-fetch-site': 'same-origin', ...headers },
    body: String(new URLSearchParams({ signed_in_as: claimsOf(token).sub, ...fields })),
  })
  return { status: response.statusCode, body: text }
}
