import { type JsonRecord, listOf, recordOf, resolve, textOf } from './json.js'

/** A JSON schema in readable form. */
export interface SchemaView {
  type: string
  description?: string | undefined
  /** Bounds and formats, in words. */
  limits: string[]
  properties: { name: string; required: boolean; schema: SchemaView }[]
  /** Alternatives (`anyOf`, `oneOf`). */
  variants: SchemaView[]
  example: unknown
}

/** Nesting limit, because a schema may contain itself. */
const maxDepth = 6

/** Describes a schema of an OpenAPI 3.1 document, with references resolved. */
export function describeSchema(value: unknown, document: JsonRecord, depth = 0): SchemaView {
  const schema = resolve(value, document)
  const inner = (child: unknown) => describeSchema(child, document, depth + 1)
  const deeper = depth < maxDepth
  const choices = deeper ? [...listOf(schema.anyOf), ...listOf(schema.oneOf)].map(inner) : []
  const items = deeper && schema.items !== undefined ? inner(schema.items) : undefined
  const required = listOf(schema.required)
  const properties = Object.entries(deeper ? recordOf(schema.properties) : {}).map(([name, child]) => {
    return { name, required: required.includes(name), schema: inner(child) }
  })
  // Alternatives of plain values fit on one line: "jwt" | "session".
  const plain = choices.every((choice) => choice.properties.length === 0)
  return {
    type: plain && choices.length > 0 ? choices.map(({ type }) => type).join(' | ') : typeName(schema, items),
    description: textOf(schema.description),
    limits: limitsOf(schema),
    properties: [...properties, ...(items?.properties ?? [])],
    variants: [...(plain ? [] : choices), ...(items?.variants ?? [])],
    example: exampleOf(schema, { choices, items, properties }),
  }
}

function typeName(schema: JsonRecord, items: SchemaView | undefined): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  const choices = listOf(schema.enum)
  if (choices.length > 0) return choices.map((choice) => JSON.stringify(choice)).join(' | ')
  if (items !== undefined) return `array of ${items.type}`
  const types = Array.isArray(schema.type) ? schema.type : [schema.type]
  const named = types.filter((type) => typeof type === 'string')
  if (named.length > 0) return named.join(' or ')
  return schema.anyOf !== undefined || schema.oneOf !== undefined ? 'one of' : 'any'
}

const limitWords: Record<string, string> = {
  format: 'format #',
  pattern: 'pattern #',
  minLength: 'at least # characters',
  maxLength: 'at most # characters',
  minimum: 'at least #',
  exclusiveMinimum: 'more than #',
  maximum: 'at most #',
  exclusiveMaximum: 'less than #',
  minItems: 'at least # items',
  maxItems: 'at most # items',
  default: 'default #',
}

function limitsOf(schema: JsonRecord): string[] {
  return Object.entries(limitWords).flatMap(([keyword, words]) => {
    const value = schema[keyword]
    if (value === undefined) return []
    return [words.replace('#', () => (typeof value === 'string' ? value : JSON.stringify(value)))]
  })
}

type Parts = { choices: SchemaView[]; items: SchemaView | undefined; properties: SchemaView['properties'] }

const plainExamples: Record<string, unknown> = { string: 'string', integer: 1, number: 1, boolean: true, object: {} }

/** Returns the schema's own example, or the smallest value that fits. */
function exampleOf(schema: JsonRecord, { choices, items, properties }: Parts): unknown {
  const [given] = [
    schema.example,
    listOf(schema.examples)[0],
    schema.default,
    schema.const,
    listOf(schema.enum)[0],
  ].filter((candidate) => candidate !== undefined)
  if (given !== undefined) return given
  if (items !== undefined) return [items.example]
  if (properties.length > 0) return Object.fromEntries(properties.map(({ name, schema }) => [name, schema.example]))
  if (choices[0] !== undefined) return choices[0].example
  return plainExamples[String(Array.isArray(schema.type) ? schema.type[0] : schema.type)] ?? null
}
