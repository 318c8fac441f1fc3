import { type JsonRecord, listOf, recordOf, resolve, textOf } from './json.js'
import { describeSchema, type SchemaView } from './schema.js'

interface ApiParameter {
  name: string
  in: 'path' | 'query' | 'header'
  required: boolean
  schema: SchemaView
}

interface ApiResponse {
  status: string
  description: string
  schema?: SchemaView | undefined
}

/** One method of one path. */
export interface ApiOperation {
  /** Target of links, unique in the document. */
  id: string
  method: string
  path: string
  summary: string
  description?: string | undefined
  /** Whether it requires authentication. */
  secured: boolean
  parameters: ApiParameter[]
  body?: { required: boolean; contentType: string; schema: SchemaView } | undefined
  responses: ApiResponse[]
}

export interface ApiGroup {
  name: string
  description?: string | undefined
  operations: ApiOperation[]
}

const methods = ['get', 'post', 'put', 'patch', 'delete']

/** Returns the operations of an OpenAPI 3.1 document, grouped by their first tag, in the document's order. */
export function readOperations(value: object): ApiGroup[] {
  const document = recordOf(value)
  const groups = new Map<string, ApiGroup>()
  const groupOf = (name: string): ApiGroup => {
    const group = groups.get(name) ?? { name, operations: [] }
    groups.set(name, group)
    return group
  }
  for (const tag of listOf(document.tags).map(recordOf)) {
    groupOf(textOf(tag.name) ?? 'Other').description = textOf(tag.description)
  }
  for (const [path, item] of Object.entries(recordOf(document.paths))) {
    for (const method of methods) {
      const operation = recordOf(item)[method]
      if (operation === undefined) continue
      const tag = textOf(listOf(recordOf(operation).tags)[0]) ?? 'Other'
      groupOf(tag).operations.push(readOperation(method, path, recordOf(operation), document))
    }
  }
  return [...groups.values()].filter(({ operations }) => operations.length > 0)
}

/** An empty requirement makes authentication optional (OpenAPI 3.1, section 4.8.30). */
const isSecured = (requirements: unknown[]): boolean =>
  requirements.length > 0 && requirements.every((requirement) => Object.keys(recordOf(requirement)).length > 0)

function readOperation(method: string, path: string, operation: JsonRecord, document: JsonRecord): ApiOperation {
  return {
    id: `${method}${path.replace(/[^a-z0-9]+/gi, '-')}`.replace(/-$/, ''),
    method: method.toUpperCase(),
    path,
    summary: textOf(operation.summary) ?? `${method.toUpperCase()} ${path}`,
    description: textOf(operation.description),
    secured: isSecured(listOf(operation.security ?? document.security)),
    parameters: listOf(operation.parameters).flatMap((parameter) => readParameter(parameter, document)),
    body: readBody(operation.requestBody, document),
    responses: Object.entries(recordOf(operation.responses)).map(([status, response]) => {
      const record = resolve(response, document)
      const description = textOf(record.description) ?? ''
      return { status, description, schema: readContent(record.content, document)?.schema }
    }),
  }
}

function readParameter(value: unknown, document: JsonRecord): ApiParameter[] {
  const parameter = resolve(value, document)
  const name = textOf(parameter.name)
  const place = parameter.in
  // A script cannot set cookies on a request.
  if (name === undefined || (place !== 'path' && place !== 'query' && place !== 'header')) return []
  const schema = describeSchema(parameter.schema, document)
  schema.description ??= textOf(parameter.description)
  return [{ name, in: place, required: parameter.required === true, schema }]
}

function readBody(value: unknown, document: JsonRecord): ApiOperation['body'] {
  const body = resolve(value, document)
  const content = readContent(body.content, document)
  return content && { ...content, required: body.required === true }
}

function readContent(value: unknown, document: JsonRecord): { contentType: string; schema: SchemaView } | undefined {
  const content = recordOf(value)
  const contentType = 'application/json' in content ? 'application/json' : Object.keys(content)[0]
  if (contentType === undefined) return undefined
  return { contentType, schema: describeSchema(recordOf(content[contentType]).schema, document) }
}
