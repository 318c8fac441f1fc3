import type { VNode } from 'preact'
import { Operation } from './api-docs/operation.js'
import { readOperations } from './api-docs/operations.js'

export interface ApiDocsProps {
  /** An OpenAPI 3.1 document of `@fastify/swagger`. */
  document: object
  /** The service's origin, for examples. */
  origin: string
}

/** Shows an OpenAPI document. With the script `api-docs.js` its operations can be tried. */
export function ApiDocs({ document, origin }: ApiDocsProps): VNode {
  const groups = readOperations(document)
  if (groups.length === 0) return <p class="empty">This document describes no operations.</p>
  return (
    <div class="api">
      {groups.map(({ name, description, operations }, index) => (
        <section key={name} class="section" aria-labelledby={`tag-${index}`}>
          <div class="section-heading">
            <h2 id={`tag-${index}`}>{name.charAt(0).toUpperCase() + name.slice(1)}</h2>
          </div>
          {description !== undefined && <p class="muted">{description}</p>}
          {operations.map((operation) => (
            <Operation key={operation.id} operation={operation} origin={origin} />
          ))}
        </section>
      ))}
    </div>
  )
}
