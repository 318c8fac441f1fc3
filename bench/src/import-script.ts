/** Imports a JavaScript module of `scripts` or `e2e` by its path in the repository. */
export const importScript = <Module>(path: string): Promise<Module> =>
  import(new URL(`../../../${path}`, import.meta.url).href)

export interface Redis {
  readonly url: string
  stop(): Promise<void>
}

export async function startRedis(): Promise<Redis> {
  const { startRedis: start } = await importScript<{ startRedis(): Promise<Redis> }>('e2e/support/redis.mjs')
  return start()
}
