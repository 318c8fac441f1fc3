import { addressesOf } from '../addresses.js'
import { type Answered, byName, type Target } from './ask.js'
import type { Figures } from './figures.js'

type Landed = Figures['landed'][number]

/** Twice as many as the replicas that one usually tries it with. */
const REQUESTS = 6

/** Where requests to a service land that come on connections of their own, as from as many browsers. */
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
