import type { ComponentChildren, VNode } from 'preact'
import { renderToStaticMarkup } from 'preact-render-to-string'
import { assetUrl } from './assets.js'
import { type Brand, brandNames } from './brand.js'
import { ButtonLink } from './button.js'
import { Footer, type Theme } from './footer.js'
import { FormUser } from './forms.js'
import { Masthead, type NavItem } from './masthead.js'
import { SessionNotices } from './notice.js'

/** The frame around a page's content. */
export interface PageFrame {
  brand: Brand
  theme: Theme
  /** Path and query of this page. The theme switch returns to it. */
  path: string
  /** The signed-in user: the page's forms belong to them. Absent when no user is signed in. */
  person?: { id: string; username: string; name: string } | undefined
  nav: NavItem[]
  /** Absolute URL of the other app. */
  siblingUrl: string
  /** Absolute URL of the third app, if there is one. */
  insuranceUrl?: string | undefined
  /** URLs of the style sheets of every page; see `assetUrl`. */
  stylesheets: string[]
  /** The bank's URL at which scripts renew an expired session. */
  renewalUrl: string
  /** The cookie that changes when this browser signs in or out. */
  seenCookie: string
  /** Shown between masthead and content in full width. */
  notice?: ComponentChildren
  /** Shown above the footer in full width. */
  panel?: ComponentChildren
  /** Shown in the footer. */
  footer?: ComponentChildren
}

export interface PageProps extends PageFrame {
  /** Shown in the tab (`Accounts · Signet Bank`) and in the `h1`. */
  title: string
  /** A short line above the heading, for example a breadcrumb or an account number. */
  eyebrow?: ComponentChildren
  /** One sentence below the heading. */
  lead?: ComponentChildren
  /** Shown beside the heading on wide screens: a figure or an action. */
  aside?: ComponentChildren
  /** URLs of the page's own style sheets and ES modules. */
  styles?: string[] | undefined
  scripts?: string[] | undefined
  children?: ComponentChildren
}

const colorSchemes: Record<Theme, string> = { auto: 'light dark', light: 'light', dark: 'dark' }

/** The whole document: head, masthead, `h1`, content and footer. */
export function Page(props: PageProps): VNode {
  const { brand, theme, title, person, styles = [] } = props
  const watch = person ? [assetUrl('session-watch.js')] : []
  const scripts = [assetUrl('forms.js'), ...watch, ...(props.scripts ?? [])]
  return (
    <FormUser.Provider value={person?.id ?? ''}>
      <html
        lang="en"
        data-brand={brand}
        data-theme={theme}
        data-renewal={props.renewalUrl}
        data-seen-cookie={person && props.seenCookie}
        data-user={person?.id}
      >
        <head>
          <meta charset="utf-8" />
          <title>{`${title} · ${brandNames[brand].full}`}</title>
          <meta
            name="description"
            content={typeof props.lead === 'string' ? props.lead : brandNames[brand].description}
          />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content={colorSchemes[theme]} />
          <link rel="icon" type="image/svg+xml" href={assetUrl(`icon-${brand}.svg`)} />
          {[...props.stylesheets, ...styles].map((href) => (
            <link key={href} rel="stylesheet" href={href} />
          ))}
          {scripts.map((src) => (
            <script key={src} type="module" src={src} />
          ))}
        </head>
        <body>
          <a class="skip" href="#content">
            Skip to content
          </a>
          <Masthead
            brand={brand}
            nav={props.nav}
            person={person}
            siblingUrl={props.siblingUrl}
            insuranceUrl={props.insuranceUrl}
          />
          {props.notice}
          <main class="wrap" id="content" tabIndex={-1}>
            <div class="page-heading">
              <div>
                {props.eyebrow !== undefined && <p class="eyebrow">{props.eyebrow}</p>}
                <h1>{title}</h1>
                {props.lead !== undefined && <p class="lead">{props.lead}</p>}
              </div>
              {props.aside}
            </div>
            {props.children}
          </main>
          <Footer brand={brand} theme={theme} path={props.path} above={props.panel}>
            {props.footer}
          </Footer>
          {person && <SessionNotices path={props.path} />}
        </body>
      </html>
    </FormUser.Provider>
  )
}

interface ErrorPageProps extends PageFrame {
  status: number
  title: string
  /** What happened and what the user can do next, without internals. */
  sentence: string
  /** Identifies the log line. */
  requestId?: string | undefined
}

/** The page of an error response. */
export function ErrorPage({ status, title, sentence, requestId, ...frame }: ErrorPageProps): VNode {
  return (
    <Page {...frame} title={title} eyebrow={`Error ${status}`} lead={sentence}>
      <p class="actions">
        <ButtonLink href="/">Back to the start</ButtonLink>
      </p>
      {requestId !== undefined && (
        <p class="muted small">
          Reference for support: <code>{requestId}</code>
        </p>
      )}
    </Page>
  )
}

/** Renders a `Page` or `ErrorPage` to an HTML document. */
export function renderDocument(page: VNode): string {
  return `<!doctype html>${renderToStaticMarkup(page)}`
}
