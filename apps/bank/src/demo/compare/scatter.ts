import { addressesOf } from '../addresses.js'
import { type Answered, byName, type Target } from './ask.js'
import type { Figures } from './figures.js'

type Landed = Figures['landed'][number]

/** Twice the number of replicas that a demo usually runs. */
const REQUESTS = 6

/** Sends requests on separate connections, as separate browsers would, and counts which processes answer. */
export async function scatter(
  service: Landed['service'],
  url: string,
  ask: (target: Target) => Promise<Answered>,
): Promise<Landed> {
  const { host } = byName(url)
  const urls = await addressesOf(url)
  const answers = await Promise.all(
    Array.from({ length: REQUESTS }, (_, index) => ask({ url: urls[index % urls.length] ?? url, host })),
  )
  const known = answers.filter(({ said }) => said?.status === 200)
  const instances = new Set(known.flatMap(({ said }) => said?.instance ?? []))
  return { service, requests: REQUESTS, known: known.length, instances: [...instances].toSorted() }
}
