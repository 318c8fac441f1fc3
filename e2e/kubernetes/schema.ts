/** Validates a resource against the Kubernetes API schema, as strictly as an API server with strict field validation. */

import type { Resource } from './resource.js'

/** The models of one version of an API, by kind. */
type Models = Readonly<Record<string, { readonly prototype: { validate(): void } }>>

interface ValidationError {
  readonly errors: readonly { readonly instancePath: string; readonly message: string }[]
}

/** The properties that were read of each object. */
type Reads = Map<object, Set<string | symbol>>

/** Returns the problems of a resource, one line each. Empty when it is valid. */
export async function problemsOf(resource: Resource<unknown>): Promise<string[]> {
  const { apiVersion, kind } = resource
  const models: Models = await import(`kubernetes-models/${apiVersion}`).catch(() => ({}))
  const model = models[kind]
  if (!model) return [`${apiVersion} has no ${kind}`]
  const read: Reads = new Map()
  try {
    model.prototype.validate.call(watched(resource, read))
  } catch (error) {
    const { errors } = error as ValidationError
    return errors.map(({ instancePath, message }) => `${instancePath} ${message}`)
  }
  return unread(resource, read)
}

/**
 * Records which properties are read. The compiled schemas read every known property and ignore others, so an unread property
 * is unknown to the API, most likely a misspelling.
 */
function watched(value: unknown, read: Reads): unknown {
  if (typeof value !== 'object' || value === null) return value
  const seen = read.get(value) ?? new Set<string | symbol>()
  read.set(value, seen)
  return new Proxy(value, {
    get(target, key) {
      seen.add(key)
      return watched(Reflect.get(target, key), read)
    },
  })
}

function unread(value: unknown, read: Reads, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    read.get(value)?.has(key) ? unread(inner, read, `${path}/${key}`) : [`${path}/${key} is unknown`],
  )
}
