import { expect, type Page } from '@playwright/test'
import { loaded } from './loaded.js'

/** Keeps pages usable on a slow mobile connection. */
const MAX_BYTES = 60_000

/** Turns the cache off. Returns a check that the open page is small and has used no other host since its navigation. */
export async function watchWeight(page: Page): Promise<(name: string) => Promise<void>> {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  await session.send('Network.setCacheDisabled', { cacheDisabled: true })
  let bytes = 0
  const hosts = new Set<string>()
  session.on('Network.requestWillBeSent', ({ requestId, loaderId, request, redirectResponse }) => {
    // The request of a document begins a page.
    if (requestId === loaderId && !redirectResponse) {
      bytes = 0
      hosts.clear()
    }
    if (!request.url.startsWith('data:')) hosts.add(new URL(request.url).origin)
  })
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength
  })
  return async (name) => {
    await loaded(page)
    await page.evaluate(() => document.fonts.ready.then(() => undefined))
    expect(bytes, name).toBeGreaterThan(1_000)
    expect(bytes, name).toBeLessThan(MAX_BYTES)
    expect([...hosts], name).toEqual([new URL(page.url()).origin])
  }
}
