import createClient from 'openapi-fetch'
import type { paths as Bank } from '../generated/bank.js'
import type { paths as Retirement } from '../generated/retirement.js'

/** Logs in at the bank and returns the user's name at both services. Rejects with the error sentence. */
export async function whoAmI(
  urls: { readonly bank: string; readonly retirement: string },
  credentials: { readonly username: string; readonly password: string },
) {
  const bank = createClient<Bank>({ baseUrl: urls.bank })
  const login = await bank.POST('/api/login', { body: credentials })
  if (login.error) throw new Error(login.error.error)

  const headers = { authorization: `Bearer ${login.data.data}` }
  const retirement = createClient<Retirement>({ baseUrl: urls.retirement })
  const [atBank, atRetirement] = [await bank.GET('/api/me', { headers }), await retirement.GET('/api/me', { headers })]
  if (atBank.error) throw new Error(atBank.error.error)
  if (atRetirement.error) throw new Error(atRetirement.error.error)
  return { bank: atBank.data.data.name, retirement: atRetirement.data.data.name }
}
