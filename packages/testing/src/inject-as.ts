/** Makes `inject` send the service's public host name, as a browser does, unless the test sets another. */
export function injectAs<T extends { readonly inject: unknown }>(app: T, origin: string): T {
  const { inject } = app
  if (typeof inject !== 'function') throw new TypeError('app must be a Fastify instance')
  const authority = new URL(origin).host
  return Object.assign(app, {
    inject: (options: object | string) =>
      inject.call(app, { authority, ...(typeof options === 'string' ? { url: options } : options) }),
  })
}
