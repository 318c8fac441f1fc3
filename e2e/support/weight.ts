import { expect, type Page } from '@playwright/test'

/** Keeps pages usable on a slow mobile connection. */
const MAX_BYTES = 60_000

/** Returns a check that the open page, loaded without a cache, is small and uses no other host. */
export async function watchWeight(page: Page): Promise<(name: string) => Promise<void>> {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  let bytes = 0
  const hosts = new Set<string>()
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength
  })
  page.on('request', (request) => hosts.add(new URL(request.url()).origin))
  return async (name) => {
    await session.send('Network.setCacheDisabled', { cacheDisabled: true })
    hosts.clear()
    bytes = 0
    await page.reload()
    await page.evaluate(() => document.fonts.ready.then(() => undefined))
    await session.send('Network.setCacheDisabled', { cacheDisabled: false })
    expect(bytes, name).toBeGreaterThan(1_000)
    expect(bytes, name).toBeLessThan(MAX_BYTES)
    expect([...hosts], name).toEqual([new URL(page.url()).origin])
  }
}
