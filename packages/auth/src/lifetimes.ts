/**
 * How long anything lives, in whole seconds. Everything that expires takes its number from here or from a setting
 * whose range stands here. Whole seconds only: duration strings surprise (`'15'` means 15 ms to some libraries).
 */
export interface LifetimeRange {
  readonly defaultSeconds: number
  readonly minSeconds: number
  readonly maxSeconds: number
}

const DAY_SECONDS = 86_400

/** An access token. Short, because a verifier that calls no server accepts it until it expires. */
export const ACCESS_TOKEN_TTL: LifetimeRange = { defaultSeconds: 300, minSeconds: 1, maxSeconds: DAY_SECONDS }

/** A session that is not used. */
export const SESSION_IDLE_TTL: LifetimeRange = {
  defaultSeconds: 3_600,
  minSeconds: 1,
  maxSeconds: 400 * DAY_SECONDS,
}

/** A session at most, used or not. Browsers keep no cookie longer than 400 days (RFC 6265bis section 5.5). */
export const SESSION_TTL: LifetimeRange = { defaultSeconds: 43_200, minSeconds: 1, maxSeconds: 400 * DAY_SECONDS }

/** How far ahead of the verifier's clock an `iat` may be: machines of one company keep time to a few seconds. */
export const IAT_AHEAD_SECONDS = 10

/** How much longer than ACCESS_TOKEN_TTL a token may claim to live: room for changing that setting while running. */
export const EXP_SLACK_SECONDS = 60

/** How long a superseded refresh token still gets its successor, counted from the rotation. */
export const REFRESH_GRACE_SECONDS = 60

/** And no longer than this after that successor was itself used. */
export const SUCCESSOR_USED_GRACE_SECONDS = 10

/** How long a verifier relies on a status list that it cannot renew. */
export const REVOCATION_MAX_AGE: LifetimeRange = { defaultSeconds: 60, minSeconds: 2, maxSeconds: DAY_SECONDS }

/** A message from one service to another, at most: it is made when it is sent, and made again for a second attempt. */
export const MESSAGE_TTL_SECONDS = 60

/** A twin of an access token, at most. Never longer than an access token may claim to live. */
export const TWIN_TTL_SECONDS = 300
