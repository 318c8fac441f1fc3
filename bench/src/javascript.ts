/** What `npm start` and the tests of processes are made of is JavaScript: it is loaded by its path in the repository. */
export const javascript = <Module>(path: string): Promise<Module> =>
  import(new URL(`../../../${path}`, import.meta.url).href)

export interface Redis {
  readonly url: string
  stop(): Promise<void>
}

export async function startRedis(): Promise<Redis> {
  const { startRedis: start } = await javascript<{ startRedis(): Promise<Redis> }>('e2e/support/redis.mjs')
  return start()
}
