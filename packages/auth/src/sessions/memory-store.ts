import { type OwnStatusLists, statusListSource } from '../revocation/list-source.js'
import { STATUS_LIST_SIZE } from '../revocation/reference.js'
import { statusBits, statusListVersion } from '../revocation/status-list.js'
import type { NewSession, SessionStore, SessionUser, StoredSession } from './store.js'

type Session = NewSession & StoredSession & { readonly createdAt: Date }

const LIST_SIZE = BigInt(STATUS_LIST_SIZE)

/**
 * Creates a store in this process's memory with its status lists, for examples and tests. Its sessions end with the process, no other
 * process has them, and it keeps all of them. A call waits for nothing, which makes it atomic. Without transactions, it refuses further
 * work with a TypeError.
 */
export function memorySessionStore(
  findUser: (userId: string) => SessionUser | undefined,
): SessionStore & { readonly statusLists: OwnStatusLists } {
  const sessions = new Map<string, Session>()
  const select = (matches: (session: Session) => boolean) => [...sessions.values()].filter(matches)

  const statusLists = statusListSource(async (id) => {
    const listed = select(({ statusNumber }) => `${statusNumber / LIST_SIZE}` === id)
    const ended = listed.filter(({ endedAt }) => endedAt)
    const bits = statusBits(ended.map(({ statusNumber }) => Number(statusNumber % LIST_SIZE)))
    const changedAtMs = Math.max(0, ...ended.map(({ endedAt }) => Number(endedAt)))
    return listed.length > 0 ? statusListVersion(bits, changedAtMs) : null
  })

  function save(session: Session): Session {
    sessions.set(session.id, session)
    return session
  }
  function insert(session: NewSession, now: Date, work: unknown): bigint {
    const user = findUser(session.userId)
    if (work || !user) throw new TypeError('the memory store has no transactions, and no session without a user')
    const statusNumber = BigInt(sessions.size)
    const times = { createdAt: now, lastSeenAt: now, rotatedAt: now, previouslyRotatedAt: now, readAt: now }
    save({ ...session, ...times, sid: session.id, generation: 0, statusNumber, user, endedAt: null })
    return statusNumber
  }
  function end(found: readonly Session[]): bigint[] {
    for (const session of found) save({ ...session, endedAt: session.endedAt ?? new Date() })
    statusLists.readSoon()
    return found.map(({ statusNumber }) => statusNumber)
  }
  const isActive = ({ endedAt, expiresAt }: Session) => !endedAt && expiresAt > new Date()
  const isInUse = (session: Session, idleTtlSeconds: number) =>
    isActive(session) && Date.now() - session.lastSeenAt.getTime() < idleTtlSeconds * 1000

  return {
    statusLists,
    create: async (session, now, work) => (sessions.has(session.id) ? null : insert(session, now, work)),
    find: async (sid) => {
      const session = sessions.get(sid)
      return session ? { ...session, readAt: new Date() } : null
    },
    advance: async (sid, generation, idleTtlSeconds) => {
      const session = sessions.get(sid)
      if (session?.generation !== generation || !isInUse(session, idleTtlSeconds)) return null
      const now = new Date()
      const times = { previouslyRotatedAt: session.rotatedAt, rotatedAt: now, lastSeenAt: now, readAt: now }
      return save({ ...session, ...times, generation: generation + 1 })
    },
    end: async (ids, userId) => end(select((one) => ids.includes(one.id) && one.userId === (userId ?? one.userId))),
    replaceAll: async (ownId, session, now, work) => {
      const active = select((one) => one.userId === session.userId && isActive(one))
      if (!active.some(({ id }) => id === ownId)) return null
      const statusNumber = insert(session, now, work)
      return { statusNumber, ended: end(active) }
    },
    list: async (userId, idleTtlSeconds) =>
      select((one) => one.userId === userId && isInUse(one, idleTtlSeconds)).sort(
        (one, other) => other.lastSeenAt.getTime() - one.lastSeenAt.getTime(),
      ),
  }
}
