/**
 * All lifetimes in whole seconds. Everything that expires uses a constant from here or a setting with a range from here. Duration
 * strings are not used, because they surprise (`'15'` means 15 ms to some libraries).
 */
export interface LifetimeRange {
  readonly defaultSeconds: number
  readonly minSeconds: number
  readonly maxSeconds: number
}

const DAY_SECONDS = 86_400

/** Lifetime of an access token. Short, because a verifier that calls no server accepts it until it expires. */
export const ACCESS_TOKEN_TTL: LifetimeRange = { defaultSeconds: 300, minSeconds: 1, maxSeconds: DAY_SECONDS }

/** Lifetime of an unused session. */
export const SESSION_IDLE_TTL: LifetimeRange = {
  defaultSeconds: 3_600,
  minSeconds: 1,
  maxSeconds: 400 * DAY_SECONDS,
}

/** Maximum lifetime of a session. Browsers keep no cookie longer than 400 days (RFC 6265bis, section 5.5). */
export const SESSION_TTL: LifetimeRange = { defaultSeconds: 43_200, minSeconds: 1, maxSeconds: 400 * DAY_SECONDS }

/** How far `iat` may be ahead of the verifier's clock. Servers of one company agree to a few seconds. */
export const IAT_AHEAD_SECONDS = 10

/** How much longer than ACCESS_TOKEN_TTL a token may live, so that the setting can change during operation. */
export const EXP_SLACK_SECONDS = 60

/** How long a superseded refresh token gets its successor, from the rotation on. */
export const REFRESH_GRACE_SECONDS = 60

/** How long it still does so after that successor was used. */
export const SUCCESSOR_USED_GRACE_SECONDS = 10

/** How long a verifier uses a status list that it cannot refresh. */
export const REVOCATION_MAX_AGE: LifetimeRange = { defaultSeconds: 60, minSeconds: 2, maxSeconds: DAY_SECONDS }

/** Maximum lifetime of a message between services. It is signed anew for each attempt. */
export const MESSAGE_TTL_SECONDS = 60

/** Maximum lifetime of a twin of an access token. Never longer than an access token may live. */
export const TWIN_TTL_SECONDS = 300

/** Lifetime of a passkey challenge, and of a passkey's confirmation that was not used yet. */
export const PASSKEY_CHALLENGE_SECONDS = 300

/** For how long an authentication is recent: it permits what a copied cookie must not. */
export const RECENT_AUTHENTICATION_SECONDS = 300
