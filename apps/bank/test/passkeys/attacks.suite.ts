import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { LightMyRequestResponse } from 'fastify'
import { type Browser, openBrowser } from '../browser.js'
import { claimsOf, cookiesOf, sharedBank, type TestBank } from '../support.js'
import { CHANGED, decoded, encoded, SIGNED } from './attacks.js'
import { beginLogin, type PasskeyOwner, passkeyOwner, signInWith } from './owner.js'

let bank: TestBank
before(async () => {
  bank = await sharedBank()
})

interface Scene {
  readonly owner: PasskeyOwner
  /** A browser without a session. */
  readonly browser: Browser
}

const send = (browser: Browser, credential: unknown) => browser.send('POST', '/api/login/passkey', { credential })

/** Signs in elsewhere, so that the bank knows this counter. */
async function useCounter({ authenticator }: PasskeyOwner, counter: number): Promise<void> {
  assert.equal((await signInWith(openBrowser(bank.app), authenticator, { counter })).statusCode, 200)
}

/** What depends on earlier requests. */
const SCENES: ReadonlyArray<readonly [what: string, play: (scene: Scene) => Promise<LightMyRequestResponse>]> = [
  ...[6, 7, 0].map(
    (counter) =>
      [
        `a counter that goes from 7 to ${counter}`,
        async ({ owner, browser }: Scene) => {
          await useCounter(owner, 7)
          return signInWith(browser, owner.authenticator, { counter })
        },
      ] as const,
  ),
  [
    'a used challenge',
    async ({ owner, browser }) => {
      const credential = owner.authenticator.get(await beginLogin(browser))
      const copy = browser.copy()
      assert.equal((await send(browser, credential)).statusCode, 200)
      return send(copy, credential)
    },
  ],
  [
    'a challenge that was used with a wrong response',
    async ({ owner, browser }) => {
      const options = await beginLogin(browser)
      assert.equal((await send(browser, owner.authenticator.get(options, { flags: 0x01 }))).statusCode, 401)
      return send(browser, owner.authenticator.get(options))
    },
  ],
  [
    'an expired challenge',
    async ({ owner, browser }) => {
      const { challenge } = await beginLogin(browser)
      const late = encoded(Buffer.concat([decoded(challenge), Buffer.alloc(32)]))
      await bank.db.$executeRaw`
        INSERT INTO passkey_challenges (challenge, purpose, browser_hash, expires_at)
        SELECT ${late}, purpose, browser_hash, now() FROM passkey_challenges WHERE challenge = ${challenge}`
      return send(browser, owner.authenticator.get({ challenge: late }))
    },
  ],
  [
    'the challenge of another browser',
    async ({ owner, browser }) => {
      await beginLogin(browser)
      return send(browser, owner.authenticator.get(await beginLogin(openBrowser(bank.app))))
    },
  ],
  [
    'no cookie of the browser',
    async ({ owner, browser }) => {
      const credential = owner.authenticator.get(await beginLogin(browser))
      browser.jar.delete('signet_passkey')
      return send(browser, credential)
    },
  ],
  ...['/api/reauthenticate/passkey/options', '/api/passkeys/options'].map(
    (url) =>
      [
        `the challenge of ${url}`,
        async ({ owner: { browser, authenticator } }: Scene) =>
          send(browser, authenticator.get((await browser.send('POST', url)).json().data)),
      ] as const,
  ),
  [
    'the user handle of another user',
    async ({ owner, browser }) => {
      const { customer } = await passkeyOwner(bank)
      return signInWith(browser, owner.authenticator, { userHandle: encoded(String(claimsOf(customer.token).sub)) })
    },
  ],
  [
    'the credential id of another user',
    async ({ owner, browser }) => {
      const { credentialId: id } = (await passkeyOwner(bank)).authenticator
      return send(browser, { ...owner.authenticator.get(await beginLogin(browser)), id, rawId: id })
    },
  ],
  [
    'a removed passkey',
    async ({ owner, browser }) => {
      assert.equal((await owner.browser.send('DELETE', `/api/passkeys/${owner.passkeyId}`)).statusCode, 200)
      return signInWith(browser, owner.authenticator)
    },
  ],
]

describe('a sign-in with a passkey is refused for', () => {
  const attempt = (what: string, code: string, play: (scene: Scene) => Promise<LightMyRequestResponse>) =>
    test(what, async () => {
      const owner = await passkeyOwner(bank)
      const answer = await play({ owner, browser: openBrowser(bank.app) })
      assert.equal(answer.json().code, code, answer.body)
      assert.ok(!cookiesOf(answer).some((line) => /_(token|session|refresh)=[^;]/.test(line)))
    })

  for (const [what, changes] of SIGNED) {
    attempt(what, 'passkey_invalid', ({ owner, browser }) => signInWith(browser, owner.authenticator, changes))
  }
  for (const [what, change, code = 'passkey_invalid'] of CHANGED) {
    attempt(what, code, async ({ owner, browser }) =>
      send(browser, change(await beginLogin(browser), owner.authenticator)),
    )
  }
  for (const [what, play] of SCENES) attempt(what, 'passkey_invalid', play)
})
