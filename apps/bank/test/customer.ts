import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { cookieOf, cookiesOf, json, type TestBank } from './support.js'

type BankApp = TestBank['app']

export interface Account {
  readonly id: string
  readonly name: string
  readonly number: string
  readonly balance: number
}

export interface Customer {
  readonly username: string
  readonly password: string
  readonly token: string
  /** The refresh token's cookie, as a browser sends it. */
  readonly refresh: string
  readonly checking: Account
  readonly savings: Account
}

/** A customer with 500000 in Checking and 0 in Savings. */
export async function newCustomer({ app }: TestBank): Promise<Customer> {
  const username = `c-${randomUUID().slice(0, 8)}`
  const password = 'a quiet place by the sea'
  const payload = JSON.stringify({ username, name: 'Test', password })
  const answer = await app.inject({ method: 'POST', url: '/api/register', headers: json, payload })
  const token = String(answer.json().data)
  const refresh = cookiesOf(answer).find((cookie) => cookie.startsWith('signet_refresh='))
  const [checking, savings] = await accountsOf(app, token)
  assert.ok(refresh && checking && savings)
  return { username, password, token, refresh: refresh.split(';')[0] ?? '', checking, savings }
}

async function accountsOf(app: BankApp, token: string): Promise<Account[]> {
  return (await app.inject({ url: '/api/accounts', headers: cookieOf(token) })).json().data
}

export async function balanceOf({ app }: TestBank, { token }: Customer, name = 'Checking'): Promise<number> {
  const account = (await accountsOf(app, token)).find((account) => account.name === name)
  assert.ok(account)
  return account.balance
}

export interface Ordered {
  /** The `Idempotency-Key`: a new one by default, none with null. */
  readonly key?: string | null
  readonly token?: string
  readonly app?: BankApp
}

/** Orders a transfer by the API. */
export function placeOrder(app: BankApp, token: string, body: object, key: string | null = randomUUID()) {
  const headers = { ...json, ...cookieOf(token), ...(key === null ? {} : { 'idempotency-key': key }) }
  return app.inject({ method: 'POST', url: '/api/transfers', headers, payload: JSON.stringify(body) })
}
