import type { ComponentChildren, VNode } from 'preact'

interface NoticeProps {
  kind: 'info' | 'success' | 'warning' | 'error'
  title?: string | undefined
  children?: ComponentChildren
}

/** One symbol per kind, so that color is not the only sign. */
const symbols: Record<NoticeProps['kind'], string> = {
  info: 'M12 11v6M12 7v.5',
  success: 'm7.5 12.5 3 3 6-7',
  warning: 'M12 6.5V13M12 16.8v.4',
  error: 'm8.5 8.5 7 7m0-7-7 7',
}

/** A message about the page or the last action. Screen readers read an error at once and other kinds later. */
export function Notice({ kind, title, children }: NoticeProps): VNode {
  return (
    <div class={`notice notice-${kind}`} role={kind === 'error' ? 'alert' : 'status'}>
      <svg class="symbol" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
        <circle cx="12" cy="12" r="10" />
        <path d={symbols[kind]} />
      </svg>
      <div>
        {title !== undefined && <p class="notice-title">{title}</p>}
        {children}
      </div>
    </div>
  )
}

/** A notice of one sentence. Shows nothing without a text. */
const textNotice =
  (kind: NoticeProps['kind']) =>
  ({ text }: { text: string | undefined }): VNode | null =>
    text ? (
      <Notice kind={kind}>
        <p>{text}</p>
      </Notice>
    ) : null

/** Confirms the last action. */
export const SuccessNotice = textNotice('success')

/** Says why nothing was done, for a problem that no field has. */
export const ErrorNotice = textNotice('error')

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
