import type { VNode } from 'preact'
import type { SchemaView } from './schema.js'

/** Lists the properties of a value, nested like the value. */
export function SchemaList({ schema }: { schema: SchemaView }): VNode {
  return (
    <div class="schema">
      <SchemaFacts schema={schema} />
      <SchemaParts schema={schema} />
    </div>
  )
}

function SchemaFacts({ schema }: { schema: SchemaView }): VNode {
  return (
    <>
      <span class="schema-type">{schema.type}</span>
      {schema.limits.length > 0 && <span class="schema-limits">{schema.limits.join(', ')}</span>}
      {schema.description !== undefined && <span class="schema-description">{schema.description}</span>}
    </>
  )
}

function SchemaParts({ schema }: { schema: SchemaView }): VNode | null {
  if (schema.properties.length + schema.variants.length === 0) return null
  return (
    <ul>
      {schema.properties.map((property) => (
        <li key={property.name}>
          <code>{property.name}</code> {!property.required && <span class="schema-optional">optional</span>}
          <SchemaFacts schema={property.schema} />
          <SchemaParts schema={property.schema} />
        </li>
      ))}
      {schema.variants.map((variant) => (
        <li key={variant.type}>
          <SchemaFacts schema={variant} />
          <SchemaParts schema={variant} />
        </li>
      ))}
    </ul>
  )
}
