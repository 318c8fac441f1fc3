import type { ApiOperation } from './operations.js'

/** Returns a `curl` command for an operation. */
export function curlExample(operation: ApiOperation, origin: string): string {
  const headers = operation.parameters.filter((parameter) => parameter.in === 'header' && parameter.required)
  const query = operation.parameters.filter((parameter) => parameter.in === 'query' && parameter.required)
  const search = query.map(({ name, schema }) => `${name}=${encodeURIComponent(String(schema.example))}`).join('&')
  const parts = [
    operation.method === 'GET' ? 'curl' : `curl -X ${operation.method}`,
    quoted(`${origin}${operation.path}${search && `?${search}`}`),
    operation.secured && '-H "Authorization: Bearer $TOKEN"',
    ...headers.map(({ name, schema }) => `-H ${quoted(`${name}: ${String(schema.example)}`)}`),
    operation.body && `-H ${quoted(`Content-Type: ${operation.body.contentType}`)}`,
    operation.body && `-d ${quoted(JSON.stringify(operation.body.schema.example))}`,
  ]
  return parts.filter(Boolean).join(' \\\n  ').replace(' \\\n  ', ' ')
}

/** Quotes a text as one word for a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
