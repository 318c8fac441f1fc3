import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Files that a service serves at `/assets/`. */
export interface Assets {
  /** Absolute. */
  readonly folder: string
  /** The files of the folder when it was read. */
  readonly names: ReadonlySet<string>
  /**
   * Returns the address of a file with its content's version, so that a browser may cache the response forever.
   *
   * @throws {TypeError} when there is no such file.
   */
  readonly urlOf: (name: string) => string
}

/** Reads a folder once and computes the version of each file: ten hex digits of its SHA-256. */
export function readAssets(url: URL): Assets {
  const folder = fileURLToPath(url)
  const versions = new Map(
    readdirSync(folder).map((name) => {
      const content = readFileSync(`${folder}${name}`)
      return [name, createHash('sha256').update(content).digest('hex').slice(0, 10)]
    }),
  )
  const urlOf = (name: string): string => {
    const version = versions.get(name)
    if (version === undefined) throw new TypeError(`No asset is named ${name}`)
    return `/assets/${name}?v=${version}`
  }
  return { folder, names: new Set(versions.keys()), urlOf }
}

/** Style sheet, icons and scripts of this package. The path is relative to the compiled file in `dist/src/`. */
export const uiAssets = readAssets(new URL('../../assets/', import.meta.url))

/** Returns the URL of an asset. */
export const assetUrl = uiAssets.urlOf
