/** Checks a resource against the schema of the Kubernetes API, as strictly as an API server that is asked to be strict. */

/** What is wrong with a resource, one line each; none when it is good. */
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
 * The compiled schemas read every property that they know, and pass over the others without a word: what nobody has read
 * is not part of the API, and most likely misspelt.
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
