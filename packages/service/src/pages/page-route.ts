import type { FastifyContextConfig } from 'fastify'

interface Read<Body, Params, Querystring> {
  body: Body
  params: Params
  querystring: Querystring
}

/**
 * Returns the options of a route that responds with a page, from its config and the schemas of what it reads. The API's description
 * omits the route.
 */
export function pageRoute<Body, Params, Querystring>({
  body,
  params,
  querystring,
  ...config
}: FastifyContextConfig & Partial<Read<Body, Params, Querystring>> = {}) {
  // Fastify warns of a schema that is undefined.
  const given = Object.entries({ body, params, querystring }).filter(([, schema]) => schema !== undefined)
  const schema = { hide: true, ...(Object.fromEntries(given) as unknown as Read<Body, Params, Querystring>) }
  return { config: { ...config, page: true as const }, schema }
}
