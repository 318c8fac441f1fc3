import type { Carrier, Category, Expected, Group, Row, Severity } from './group.js'
import type { StatusListResponse } from './status-lists.js'
import { claimVectors } from './tables/claims.js'
import { clockVectors } from './tables/clock-skew.js'
import { cookieVectors } from './tables/cookies.js'
import { encodingVectors } from './tables/encodings.js'
import { keyVectors } from './tables/keys.js'
import { statusListVectors } from './tables/status-lists.js'
import type { World } from './world.js'

/** A request and the answer of a right verifier. */
export interface Vector {
  /** Stable: kind of key, category, group and sentence. */
  readonly id: string
  readonly category: Category
  readonly sentence: string
  readonly reason: string
  readonly section: string
  readonly severity: Severity
  readonly tokens: readonly string[]
  readonly carriers: readonly Carrier[]
  readonly expected: Expected
  /** See {@link Row}. */
  readonly atSeconds?: number
  readonly list?: readonly StatusListResponse[]
}

const TABLES: Readonly<Record<Category, (world: World, maxAgeSeconds?: number) => Group[]>> = {
  keys: keyVectors,
  encodings: encodingVectors,
  claims: claimVectors,
  'clock-skew': clockVectors,
  cookies: cookieVectors,
  'status-lists': (world, maxAgeSeconds) => (world.statuses ? statusListVectors(world, maxAgeSeconds) : []),
}

/**
 * Returns the vectors of a world whose id contains `only`. Those about status lists only if its lists can be chosen. Signs none
 * of a table that `only` excludes by its kind of key and category.
 */
export function vectorsOf(world: World, maxAgeSeconds?: number, only = ''): Vector[] {
  const groups = Object.entries(TABLES).flatMap(([category, table]) => {
    const start = `${world.key.alg}/${category}/`
    const isExcluded = /^(HS256|EdDSA)\//.test(only) && !start.startsWith(only) && !only.startsWith(start)
    return isExcluded ? [] : table(world, maxAgeSeconds)
  })
  const vectors = groups.flatMap((group) => group.rows.map((row) => vectorOf(world, group, row)))
  return vectors.filter(({ id }) => id.includes(only))
}

function vectorOf(world: World, { category, name, reason, section, severity }: Group, row: Row): Vector {
  const { sentence, tokens, expected, atSeconds, list } = row
  const carriers = row.carriers ?? (tokens.length === 1 ? ['cookie', 'authorization'] : ['cookie'])
  const id = [world.key.alg, category, name, sentence].map(slug).join('/')
  return {
    id,
    category,
    sentence,
    reason,
    section,
    severity,
    tokens,
    carriers,
    expected,
    ...(atSeconds === undefined ? {} : { atSeconds }),
    ...(list ? { list } : {}),
  }
}

/** Returns a text as part of an id. Capitals and special characters stay distinct. */
const slug = (text: string): string => text.replaceAll(/[ ,:.'"]+/g, '-').replaceAll(/^-|-$/g, '')
