import { exampleOf, type Schema } from './schema.js'

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly description?: string
  readonly schema: Schema
}

interface DescribedOperation {
  readonly tags?: readonly string[]
  readonly summary?: string
  readonly description?: string
  readonly security?: readonly object[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: Content
  readonly responses: Readonly<Record<string, Content & { readonly description: string }>>
}

/** An OpenAPI 3.1 document, as `@fastify/swagger` writes it. */
interface ApiDocument {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>
}

export type ApiOperation = ReturnType<typeof readOperation>

/** Returns the operations of a document by their tag, in the document's order. */
export function readOperations({ paths = {} }: ApiDocument): Map<string, ApiOperation[]> {
  const groups = new Map<string, ApiOperation[]>()
  for (const [path, item] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(item)) {
      const [tag = 'other'] = operation.tags ?? []
      groups.set(tag, [...(groups.get(tag) ?? []), readOperation(method, path, operation)])
    }
  }
  return groups
}

function readOperation(method: string, path: string, operation: DescribedOperation) {
  const { security = [], parameters = [], responses } = operation
  return {
    ...operation,
    /** Target of links, unique in the document. */
    id: `${method}${path.replace(/[^a-z0-9]+/gi, '-')}`.replace(/-$/, ''),
    method: method.toUpperCase(),
    path,
    /** Whether it requires authentication, which an empty requirement makes optional (OpenAPI 3.1, section 4.8.30). */
    isSecured: security.length > 0 && security.every((requirement) => Object.keys(requirement).length > 0),
    parameters: parameters.map(({ description, schema, required = false, ...parameter }) => {
      return { ...parameter, required, schema: { ...schema, description: schema.description ?? description } }
    }),
    body: contentOf(operation.requestBody),
    responses: Object.entries(responses).map(([status, response]) => {
      return { status, description: response.description, schema: contentOf(response)?.schema }
    }),
  }
}

function contentOf({ content = {} }: Content = {}): { contentType: string; schema: Schema } | undefined {
  const [contentType] = 'application/json' in content ? ['application/json'] : Object.keys(content)
  const schema = contentType === undefined ? undefined : content[contentType]?.schema
  return contentType !== undefined && schema ? { contentType, schema } : undefined
}

/** Returns a `curl` command for an operation. */
export function curlExample({ method, path, parameters, isSecured, body }: ApiOperation, origin: string): string {
  const required = (place: string) => parameters.filter((parameter) => parameter.in === place && parameter.required)
  const example = ({ schema }: { schema: Schema }) => String(exampleOf(schema))
  const query = required('query').map((one) => `${one.name}=${encodeURIComponent(example(one))}`)
  const url = [`${origin}${path}`, ...(query.length > 0 ? [query.join('&')] : [])].join('?')
  const words = [
    `${method === 'GET' ? 'curl' : `curl -X ${method}`} ${quoted(url)}`,
    isSecured && '-H "Authorization: Bearer $TOKEN"',
    ...required('header').map((one) => `-H ${quoted(`${one.name}: ${example(one)}`)}`),
    body && `-H ${quoted(`Content-Type: ${body.contentType}`)}`,
    body && `-d ${quoted(JSON.stringify(exampleOf(body.schema)))}`,
  ]
  return words.filter(Boolean).join(' \\\n  ')
}

/** Quotes a text as one word for a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
