import { Ajv } from 'ajv'
import Type, { type Static } from 'typebox'
import { StatusReference } from '../revocation/reference.js'

/**
 * What a server keeps of a sign-in that is remembered by a session: what a token would say, without a signature.
 * Whoever can write to the store can sign in as anybody.
 */
export const SessionRecord = Type.Object({
  id: Type.String(),
  username: Type.String(),
  name: Type.String(),
  /** The sign-in. It is not the session's id, which is a secret of the browser's. */
  sid: Type.String(),
  /** When the password was last typed, NumericDate. */
  authTimeSeconds: Type.Integer(),
  /** When the sign-in ends whatever happens, NumericDate. */
  expiresBySeconds: Type.Integer(),
  /** When it was last written, NumericDate: what is used lives on, and is not written at every use. */
  seenAtSeconds: Type.Integer(),
  /** Its place in the status lists, so that a session ends as a token does. */
  status: Type.Object({ status_list: StatusReference }),
})
export type SessionRecord = Static<typeof SessionRecord>

const hasShape = new Ajv().compile<SessionRecord>(SessionRecord)

/** What a store gave back: anything but a record of ours is none. */
export const isSessionRecord = (value: unknown): value is SessionRecord => hasShape(value)
