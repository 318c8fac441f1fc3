import { before } from 'node:test'
import { newCustomer } from '../customer.js'
import { call } from '../sign-in-methods/methods.js'
import { json, sharedBank, type TestBank } from '../support.js'

export let bank: TestBank
export let replica: TestBank
before(async () => {
  bank = await sharedBank()
  replica = await sharedBank({ HOST: '127.0.0.1' })
})

export const codesOf = async (token: string): Promise<string[]> =>
  (await call(bank, token, 'POST', '/api/recovery-codes')).json().data.recoveryCodes
export const unusedOf = async (token: string): Promise<number> =>
  (await call(bank, token, 'GET', '/api/recovery-codes')).json().data.unused
export const use = (username: string, recoveryCode: string, { app }: Pick<TestBank, 'app'> = bank) =>
  app.inject({
    method: 'POST',
    url: '/api/login/recovery-code',
    headers: json,
    payload: JSON.stringify({ username, recoveryCode }),
  })

export async function customerWithCodes() {
  const customer = await newCustomer(bank)
  return { ...customer, codes: await codesOf(customer.token) }
}
