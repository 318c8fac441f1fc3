import { randomBytes } from 'node:crypto'
import fastifyJwt, { type JWT } from '@fastify/jwt'
import fastifyPlugin from 'fastify-plugin'
import { type Clock, systemClock } from '../clock.js'
import type { KeyRing } from '../keys/ring.js'
import { MESSAGE_TTL_SECONDS } from '../lifetimes.js'
import { statusReference } from '../revocation/reference.js'
import { compressStatusBits, type StatusListVersion } from '../revocation/status-list.js'
import {
  STATUS_LIST_POLL_SECONDS,
  STATUS_LIST_TYP,
  STATUS_TOKEN_TTL_SECONDS,
  type StatusTokenClaims,
} from '../revocation/status-token.js'
import { SESSION_RECORD_TYP, storeKey } from '../strategies/record.js'
import { ACCESS_TOKEN_TYP, type AccessTokenClaims } from '../tokens/access-token.js'
import { type MessageClaims, messageTyp } from '../tokens/message.js'

export interface IssuingOptions {
  readonly keys: Pick<KeyRing, 'first'>
  /** The issuer's public origin: `iss`. */
  readonly issuer: string
  /** The application that signs users in: `client_id` (RFC 9068, section 2.2). */
  readonly clientId: string
  /** The public origins of all apps that may accept the token: `aud`. */
  readonly audiences: readonly string[]
  readonly accessTokenTtlSeconds: number
  readonly clock?: Clock
}

/** The user and the session of a token. */
export interface TokenSubject {
  readonly id: string
  readonly username: string
  readonly name: string
  readonly sid: string
  /** Time of the authentication, NumericDate. */
  readonly authTimeSeconds: number
  /** Absolute expiry of the session, NumericDate. No token of it lives longer. */
  readonly expiresBySeconds: number
  /** The session's number in the status lists. */
  readonly statusNumber: bigint
  /** Authentication methods (RFC 8176). Default `pwd`. */
  readonly amr?: readonly string[]
}

export interface IssuedToken {
  readonly token: string
  readonly claims: AccessTokenClaims
}

/** A message for one other service. */
export interface OutgoingMessage {
  /** The kind of message, `something+jwt`. Must differ from every other `typ` of the issuer. */
  readonly typ: string
  /** Public origin of the one service that may accept it. */
  readonly audience: string
  /** The user that it concerns. */
  readonly sub: string
  /** Its id. The receiver must process an id only once. */
  readonly jti: string
  /** Further claims. They cannot override {@link MessageClaims}. */
  readonly claims: object
}

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Signs an access token (RFC 9068). The caller has authenticated the user: this checks nothing. Never pass claims that a
     * client chose.
     */
    issueToken(subject: TokenSubject): IssuedToken
    /** Signs the record of a server-side session for this session id, until the session expires. The rules of `issueToken` apply. */
    issueSessionRecord(subject: TokenSubject, sessionId: string): string
    /** Signs a version of a status list (IETF draft-ietf-oauth-status-list, section 5.1). */
    signStatusList(id: string, version: StatusListVersion): string
    /** Signs a message for another service, valid for 60 s. Call it again for each attempt. */
    issueMessage(message: OutgoingMessage): string
  }
}

/** Decorates the app with the issuer's signing functions. `@fastify/jwt` gets the private key in its own namespace. */
export const issuing = fastifyPlugin<IssuingOptions>(
  async (app, options) => {
    const clock = options.clock ?? systemClock
    const { kid, alg, signingKey, verificationKey } = options.keys.first

    await app.register(fastifyJwt, {
      namespace: 'issuer',
      secret: { private: signingKey, public: verificationKey },
      sign: { algorithm: alg, kid, header: { alg, typ: ACCESS_TOKEN_TYP } },
    })
    const { issuer } = app.jwt as unknown as { issuer: JWT }

    const claimsOf = (subject: TokenSubject, own: { jti: string; iat: number; exp: number }): AccessTokenClaims => ({
      iss: options.issuer,
      client_id: options.clientId,
      aud: [...options.audiences],
      sub: subject.id,
      id: subject.id,
      username: subject.username,
      name: subject.name,
      sid: subject.sid,
      ...own,
      auth_time: subject.authTimeSeconds,
      amr: [...(subject.amr ?? ['pwd'])],
      status: { status_list: statusReference(options.issuer, subject.statusNumber) },
    })

    app.decorate('issueToken', (subject: TokenSubject): IssuedToken => {
      const iat = clock()
      const exp = Math.min(iat + options.accessTokenTtlSeconds, subject.expiresBySeconds)
      const claims = claimsOf(subject, { jti: randomBytes(16).toString('base64url'), iat, exp })
      return { token: issuer.sign(claims), claims }
    })

    app.decorate('issueSessionRecord', (subject: TokenSubject, sessionId: string): string => {
      const claims = claimsOf(subject, { jti: storeKey(sessionId), iat: clock(), exp: subject.expiresBySeconds })
      return issuer.sign(claims, { header: { alg, typ: SESSION_RECORD_TYP }, kid, algorithm: alg })
    })

    app.decorate('signStatusList', (id: string, { bits, changedAtMs }: StatusListVersion): string => {
      const iat = clock()
      const claims: StatusTokenClaims = {
        iss: options.issuer,
        sub: `${options.issuer}/status-lists/${id}`,
        iat,
        exp: iat + STATUS_TOKEN_TTL_SECONDS,
        ttl: STATUS_LIST_POLL_SECONDS,
        changed_at_ms: changedAtMs,
        status_list: { bits: 1, lst: compressStatusBits(bits) },
      }
      return issuer.sign(claims, { header: { alg, typ: STATUS_LIST_TYP }, kid, algorithm: alg })
    })

    app.decorate('issueMessage', ({ typ, audience, sub, jti, claims }: OutgoingMessage): string => {
      if (typ === app.twinTyp) throw new TypeError(`${typ} is reserved for twins`)
      const iat = clock()
      const own: MessageClaims = { iss: options.issuer, aud: audience, sub, jti, iat, exp: iat + MESSAGE_TTL_SECONDS }
      return issuer.sign({ ...claims, ...own }, { header: { alg, typ: messageTyp(typ) }, kid, algorithm: alg })
    })
  },
  { name: '@signet/issuing', fastify: '5.x', dependencies: ['@signet/authentication'] },
)
