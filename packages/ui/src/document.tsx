import type { VNode } from 'preact'
import { renderToStaticMarkup } from 'preact-render-to-string'

/** Renders a `Page` or `ErrorPage` to an HTML document. */
export function renderDocument(page: VNode): string {
  return `<!doctype html>${renderToStaticMarkup(page)}`
}
