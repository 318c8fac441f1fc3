/** Reads JSON of unknown shape: a missing value or one of another type counts as absent. */
export type JsonRecord = Record<string, unknown>

export function recordOf(value: unknown): JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonRecord) : {}
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** Resolves a `$ref` into the same document (`#/components/schemas/Account`). References to references are not followed. */
export function resolve(value: unknown, document: JsonRecord): JsonRecord {
  const record = recordOf(value)
  const reference = textOf(record.$ref)
  if (reference === undefined) return record
  let target: unknown = document
  for (const step of reference.replace(/^#\//, '').split('/')) {
    target = recordOf(target)[step.replaceAll('~1', '/').replaceAll('~0', '~')]
  }
  return recordOf(target)
}
