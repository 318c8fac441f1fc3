import type { CDPSession, Page } from '@playwright/test'

/** A virtual authenticator of the browser (DevTools protocol, domain WebAuthn), like the one of a phone or laptop. */
export interface VirtualAuthenticator {
  /** Whether the user touches it when a page asks. */
  setPresence(isPresent: boolean): Promise<void>
  /** Whether the user passes the fingerprint or PIN check. */
  setVerified(isVerified: boolean): Promise<void>
  /** Makes the only credential look like a copy whose signatures were counted up to here. */
  setCounter(counter: number): Promise<void>
  counter(): Promise<number>
}

/** The virtual authenticator would choose what the browser offers in the username field, before a test can press the button. */
export const switchAutofillOff = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    PublicKeyCredential.isConditionalMediationAvailable = async () => false
  })

export async function addAuthenticator(page: Page): Promise<VirtualAuthenticator> {
  const cdp: CDPSession = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  const only = async () => {
    const [credential] = (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials
    if (!credential) throw new Error('the authenticator has no credential')
    return credential
  }
  return {
    setPresence: async (enabled) => {
      await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })
    },
    setVerified: async (isUserVerified) => {
      await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })
    },
    setCounter: async (signCount) => {
      const credential = await only()
      await cdp.send('WebAuthn.removeCredential', { authenticatorId, credentialId: credential.credentialId })
      await cdp.send('WebAuthn.addCredential', { authenticatorId, credential: { ...credential, signCount } })
    },
    counter: async () => (await only()).signCount,
  }
}
