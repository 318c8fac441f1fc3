import type { VNode } from 'preact'
import { Notice } from './notice.js'

/** Notices that `session-watch.js` shows instead of a page that it hides. */
export function SessionNotices({ path: pathAndQuery }: { path: string }): VNode {
  const [path = ''] = pathAndQuery.split('?')
  return (
    <template id="session-notices">
      <div class="session-notice wrap signed-out">
        <Notice kind="info" title="You are signed out">
          <p>
            This page is hidden. <a href={path}>Sign in again</a>
          </p>
        </Notice>
      </div>
      <div class="session-notice wrap another-user">
        <Notice kind="warning" title="Another user has signed in">
          <p>
            <bdi data-name="" /> is signed in to this browser now, so this page is hidden.{' '}
            <a href={path}>Reload the page</a>
          </p>
        </Notice>
      </div>
      <div class="session-notice wrap unknown">
        <Notice kind="warning" title="We cannot check your session">
          <p>This page is hidden until we can. We try again every few seconds.</p>
        </Notice>
      </div>
    </template>
  )
}
