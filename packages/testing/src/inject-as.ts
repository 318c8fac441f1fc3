/** Sends what `inject` sends to a service under its public host name, as a browser does, unless the test names another. */
export function injectAs<T extends { readonly inject: unknown }>(app: T, origin: string): T {
  const { inject } = app
  if (typeof inject !== 'function') throw new TypeError('this is no Fastify instance')
  const authority = new URL(origin).host
  return Object.assign(app, {
    inject: (options: object | string) =>
      inject.call(app, { authority, ...(typeof options === 'string' ? { url: options } : options) }),
  })
}
