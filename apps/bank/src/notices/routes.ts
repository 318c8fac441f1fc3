import { safeReturnTo } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import { type App, isUuid, pageRoute, signedIn, timeOf } from '@signet/service'
import fastifyPlugin from 'fastify-plugin'
import Type from 'typebox'
import type { BankOptions } from '../options.js'
import { onDemand } from '../regular-task.js'
import { recentProof } from '../sign-in/check-password.js'
import { DISMISSAL_PATH, NoticeBanner, NoticesSection } from './page.js'
import { dismissNotices, listNotices, listNoticesSince, listOpenNotices, type OpenNotice } from './store.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** The notices that this page shows; null for a response that is no page of a signed-in user. */
    openNotices: readonly OpenNotice[] | null
  }
}

const MAX_DISMISSED = 100
const Notices = Type.Union([Type.String(), Type.Array(Type.String(), { maxItems: MAX_DISMISSED })])
const Dismissal = Type.Object({ notice: Notices, return_to: Type.Optional(Type.Unknown()) })

/** Shows security notices on the pages of every session, and lists them on `/security`. */
export const notices = fastifyPlugin(
  async (app: App, { db, bankUrl }: Pick<BankOptions, 'db' | 'bankUrl'>) => {
    app.decorateRequest('openNotices', null)
    app.addHook('preHandler', async (request) => {
      const { identity, routeOptions } = request
      if (request.method !== 'GET' || !routeOptions.config.page || !identity) return
      try {
        const { id: userId, sid } = signedIn(request)
        request.openNotices = await listOpenNotices(db, { userId, sid }, timeOf(request))
      } catch (error) {
        // Pages that need no database work without it.
        request.log.warn({ err: error }, 'could not read security notices')
      }
    })
    // Not on the page that responds to a form: dismissing would leave it, and it may show what is shown only once.
    app.pageSlots.notices.push((request) =>
      request.method === 'GET' && request.identity
        ? NoticeBanner({
            notices: request.openNotices ?? [],
            isConfirmed: recentProof(request) !== null,
            path: request.url,
          })
        : undefined,
    )
    app.securitySlots.sections.push(async (request) =>
      NoticesSection({ notices: await listNotices(db, signedIn(request).id) }),
    )
    pushNotices(app, db)

    app.post(DISMISSAL_PATH, pageRoute({ body: Dismissal }), async (request, reply) => {
      if (!recentProof(request)) return reply.redirect('/security?problem=reauthentication_required', 303)
      const { id: userId, sid } = signedIn(request)
      await dismissNotices(db, { userId, sid }, [request.body.notice].flat().filter(isUuid))
      const path = typeof request.body.return_to === 'string' ? request.body.return_to : '/'
      return reply.redirect(safeReturnTo(`${bankUrl}${path}`, [bankUrl], `${bankUrl}/`), 303)
    })
  },
  {
    name: '@signet/bank-notices',
    dependencies: ['@signet/bank-sessions', '@signet/bank-revocation-notifications', '@signet/session-events'],
  },
)

/** The trigger on `security_notices` notifies here, in the transaction that inserts. */
const CHANNEL = 'signet_security_notices'
/** Longer than a transaction that inserts a notice. A notice may become visible after a later one. */
const RECENT_MS = 60_000

/**
 * Sends the event `notice` to the open pages of a user who has a new notice, at every bank process. A page that it does not reach
 * shows the notice when it is loaded again.
 */
function pushNotices(app: App, db: BankDatabase): void {
  const sentAtMs = new Map<string, number>()
  const read = async () => {
    const nowMs = Date.now()
    for (const { id, userId } of await listNoticesSince(db, new Date(nowMs - RECENT_MS))) {
      if (!sentAtMs.has(id)) app.notifyUser(userId, 'notice')
      sentAtMs.set(id, nowMs)
    }
    for (const [id, atMs] of sentAtMs) if (atMs < nowMs - RECENT_MS) sentAtMs.delete(id)
  }

  app.databaseChannels.set(CHANNEL, onDemand(app, 'could not read new security notices', read))
}
