import { cookiesOf, form, type TestBank } from '../support.js'

type BankApp = TestBank['app']
type Fields = Record<string, string>
type Cookie = { readonly cookie: string }

export const postForm = (app: BankApp, url: string, fields: Fields, cookie: Cookie) =>
  app.inject({ method: 'POST', url, headers: { ...form, ...cookie }, payload: String(new URLSearchParams(fields)) })

/** Sends a transfer from its review page. */
export const sendForm = (app: BankApp, fields: Fields, cookie: Cookie) =>
  postForm(app, `/transfer/${fields.key}/review`, fields, cookie)

/** Fills in the form of a transfer: where it leads, and the cookies with what the browser keeps for there. */
export async function fillIn(app: BankApp, fields: Fields, { cookie }: Cookie) {
  const answer = await postForm(app, '/transfer/review', fields, { cookie })
  const [draft = ''] = cookiesOf(answer).map((line) => line.split(';')[0])
  return { answer, url: String(answer.headers.location), cookie: { cookie: `${cookie}; ${draft}` } }
}

/** Fills in the form of a transfer and follows it to the review, as a browser does. */
export async function reviewForm(app: BankApp, fields: Fields, cookie: Cookie) {
  const filled = await fillIn(app, fields, cookie)
  return app.inject({ url: filled.url, headers: filled.cookie })
}
