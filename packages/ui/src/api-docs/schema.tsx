import type { VNode } from 'preact'

/** The parts of a JSON schema that this page shows. `@fastify/swagger` writes each schema in place, without references. */
export interface Schema extends Partial<Record<keyof typeof LIMITS, unknown>> {
  readonly type?: string | readonly string[]
  readonly description?: string | undefined
  readonly const?: unknown
  /** `@fastify/swagger` writes a `const` as a list of one value. */
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly examples?: readonly unknown[]
}

/** Bounds and formats, in words. */
const LIMITS = {
  format: 'format #',
  pattern: 'pattern #',
  minLength: 'at least # characters',
  maxLength: 'at most # characters',
  minimum: 'at least #',
  maximum: 'at most #',
  minItems: 'at least # items',
  maxItems: 'at most # items',
  default: 'default #',
}

export function typeOf({ const: value, enum: values, anyOf, items, type }: Schema): string {
  if (value !== undefined) return JSON.stringify(value)
  if (values) return values.map((one) => JSON.stringify(one)).join(' | ')
  if (anyOf) return anyOf.map(typeOf).join(' | ')
  return items ? `array of ${typeOf(items)}` : [type ?? 'any'].flat().join(' or ')
}

const EXAMPLES: Readonly<Record<string, unknown>> = {
  string: 'string',
  integer: 1,
  number: 1,
  boolean: true,
  object: {},
}

/** Returns the schema's own example, or the smallest value that fits. */
export function exampleOf(schema: Schema): unknown {
  const { anyOf, items, properties } = schema
  const own = schema.examples?.[0] ?? schema.default ?? schema.const ?? schema.enum?.[0]
  if (own !== undefined) return own
  if (anyOf?.[0]) return exampleOf(anyOf[0])
  if (items) return [exampleOf(items)]
  if (!properties) return EXAMPLES[String([schema.type].flat()[0])] ?? null
  return Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, exampleOf(property)]))
}

interface Property {
  readonly name: string
  readonly isRequired: boolean
  readonly schema: Schema
}

const propertiesOf = ({ properties = {}, required = [], items, anyOf = [] }: Schema): Property[] => [
  ...Object.entries(properties).map(([name, schema]) => ({ name, isRequired: required.includes(name), schema })),
  ...[...anyOf, ...(items ? [items] : [])].flatMap(propertiesOf),
]

/** Describes a value and its properties, nested like the value. */
export const SchemaList = ({ schema }: { schema: Schema }): VNode => (
  <div class="schema">
    <Facts schema={schema} />
  </div>
)

function Facts({ schema }: { schema: Schema }): VNode {
  const limits = Object.entries(LIMITS).flatMap(([keyword, words]) => {
    const value = schema[keyword as keyof typeof LIMITS]
    return value === undefined ? [] : [words.replace('#', () => String(value))]
  })
  const properties = propertiesOf(schema)
  return (
    <>
      <span class="schema-type">{typeOf(schema)}</span>
      {limits.length > 0 && <span class="schema-limits">{limits.join(', ')}</span>}
      {schema.description !== undefined && <span class="schema-description">{schema.description}</span>}
      {properties.length > 0 && (
        <ul>
          {properties.map(({ name, isRequired, schema: property }) => (
            <li key={name}>
              <code>{name}</code> {!isRequired && <span class="schema-optional">optional</span>}
              <Facts schema={property} />
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
