/** `healthy.mjs [PATH]`: health check for Docker. Exits with 0 when the service of this container is ready, else with 1. */
const path = process.argv[2] ?? '/readyz'
const response = await fetch(`http://127.0.0.1:${process.env.PORT}${path}`, {
  signal: AbortSignal.timeout(2_000),
}).catch(() => undefined)
process.exit(response?.status === 200 ? 0 : 1)
