/** Sends requests at a fixed rate through the front door. Prints a line each second and a summary. */
import { DEMO_USERS } from '@signet/contracts/demo-users'

const { BANK_URL, RETIREMENT_URL } = process.env
const seconds = Number(process.env.LOAD_SECONDS ?? 60)
const perSecond = Number(process.env.LOAD_REQUESTS_PER_SECOND ?? 50)

const { username, password } = DEMO_USERS.ada
const signIn = await fetch(`${BANK_URL}/api/login`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ username, password }),
})
if (!signIn.ok) throw new Error(`The login responded ${signIn.status}. The user ada needs DEMO=1.`)
let cookies = cookiesOf(signIn)

/** Returns the `Cookie` header that follows a response. */
function cookiesOf(response) {
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .filter((pair) => !pair.endsWith('='))
    .join('; ')
}

const total = { succeeded: 0, failed: 0, ms: [] }
const instances = new Map()

async function ask(url) {
  const startedAt = performance.now()
  try {
    const response = await fetch(`${url}/api/me`, { headers: { cookie: cookies }, signal: AbortSignal.timeout(10_000) })
    const { data, code } = await response.json()
    if (code === 'token_expired') return renew()
    if (!response.ok) throw new Error(`${response.status}`)
    total.succeeded += 1
    total.ms.push(performance.now() - startedAt)
    instances.set(data.instance, (instances.get(data.instance) ?? 0) + 1)
  } catch (error) {
    total.failed += 1
    process.stdout.write(`failed: ${error.cause?.code ?? error.message}\n`)
  }
}

async function renew() {
  const response = await fetch(`${BANK_URL}/api/token/refresh`, { method: 'POST', headers: { cookie: cookies } })
  if (response.ok) cookies = cookiesOf(response)
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const startedAt = Date.now()
let asked = 0
let told = 0
const running = new Set()
while (Date.now() - startedAt < seconds * 1000) {
  const due = ((Date.now() - startedAt) / 1000) * perSecond
  while (asked < due) {
    const request = ask(asked % 2 === 0 ? BANK_URL : RETIREMENT_URL).finally(() => running.delete(request))
    running.add(request)
    asked += 1
  }
  const second = Math.floor((Date.now() - startedAt) / 1000)
  if (second > told) {
    told = second
    const shown = `${total.succeeded} succeeded, ${total.failed} failed, p50 ${median(total.ms.slice(-perSecond)).toFixed(1)} ms`
    process.stdout.write(`${String(second).padStart(4)} s  ${shown}, ${instances.size} instances\n`)
  }
  await new Promise((resolve) => setTimeout(resolve, 10))
}
await Promise.all(running)
for (const [instance, count] of [...instances].sort()) process.stdout.write(`  ${instance}  ${count}\n`)
process.stdout.write(`${total.succeeded} succeeded, ${total.failed} failed, p50 ${median(total.ms).toFixed(1)} ms\n`)
process.exit(total.failed > 0 ? 1 : 0)
