import Type, { type Static } from 'typebox'
import { StatusReference } from '../revocation/reference.js'
import { compileShape } from '../tokens/compile-shape.js'

/**
 * What a server keeps of a session: what a token would say, without a signature. A process that can write to the store
 * can authenticate as any user.
 */
export const SessionRecord = Type.Object({
  id: Type.String(),
  username: Type.String(),
  name: Type.String(),
  /** Names the session in tokens and lists. It is not the id in the cookie, which is secret. */
  sid: Type.String(),
  /** When the user last typed the password, NumericDate. */
  authTimeSeconds: Type.Integer(),
  /** When the session expires in any case, NumericDate. */
  expiresBySeconds: Type.Integer(),
  /** When it was last written, NumericDate. A session in use is written now and then, not on every request. */
  seenAtSeconds: Type.Integer(),
  /** Its place in the status lists: it is revoked as a token is. */
  status: Type.Object({ status_list: StatusReference }),
})
export type SessionRecord = Static<typeof SessionRecord>

const hasShape = compileShape<SessionRecord>(SessionRecord)

/** Whether a store returned a record of ours. */
export const isSessionRecord = (value: unknown): value is SessionRecord => hasShape(value)
