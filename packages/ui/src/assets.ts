import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The folder whose files a service serves at `/assets/`. Absolute; right for the compiled file in `dist/src/`. */
export const assetsFolder = fileURLToPath(new URL('../../assets/', import.meta.url))

/** Ten hex digits of each file's SHA-256, computed once: a changed file gets a new address. */
const versions = new Map(
  readdirSync(assetsFolder).map((name) => {
    const content = readFileSync(`${assetsFolder}${name}`)
    return [name, createHash('sha256').update(content).digest('hex').slice(0, 10)]
  }),
)

/** The address of an asset with its content's version, so that a browser may keep the answer for ever. */
export function assetUrl(name: string): string {
  const version = versions.get(name)
  if (version === undefined) throw new TypeError(`No asset is named ${name}`)
  return `/assets/${name}?v=${version}`
}
