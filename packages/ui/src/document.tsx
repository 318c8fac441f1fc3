import type { VNode } from 'preact'
import { renderToStaticMarkup } from 'preact-render-to-string'

/** Renders a whole page (a `Page` or `ErrorPage` node) to the text of an HTML document. */
export function renderDocument(page: VNode): string {
  return `<!doctype html>${renderToStaticMarkup(page)}`
}
