/** Validates a resource against the Kubernetes API schema, as strictly as an API server with strict field validation. */

/** Returns the problems of a resource, one line each. Empty when it is valid. */
export async function problemsOf(resource) {
  const { apiVersion, kind } = resource
  const models = await import(`kubernetes-models/${apiVersion}`).catch(() => ({}))
  if (!models[kind]) return [`${apiVersion} has no ${kind}`]
  const read = new Map()
  try {
    models[kind].prototype.validate.call(watched(resource, read))
  } catch (error) {
    return error.errors.map(({ instancePath, message }) => `${instancePath} ${message}`)
  }
  return unread(resource, read)
}

/**
 * Records which properties are read. The compiled schemas read every known property and ignore others, so an unread property
 * is unknown to the API, most likely a misspelling.
 */
function watched(value, read) {
  if (typeof value !== 'object' || value === null) return value
  const seen = read.get(value) ?? new Set()
  read.set(value, seen)
  return new Proxy(value, {
    get(target, key) {
      seen.add(key)
      return watched(target[key], read)
    },
  })
}

function unread(value, read, path = '') {
  if (typeof value !== 'object' || value === null) return []
  return Object.keys(value).flatMap((key) =>
    read.get(value)?.has(key) ? unread(value[key], read, `${path}/${key}`) : [`${path}/${key} is unknown`],
  )
}
