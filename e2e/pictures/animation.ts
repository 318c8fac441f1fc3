import { writeFile } from 'node:fs/promises'
import sharp from 'sharp'
import { expect } from '../support/test.js'

export interface Frame {
  readonly png: Buffer
  readonly ms: number
}

const MAX_BYTES = 1_000_000
const MAX_MS = 15_000

/** Writes an animated WebP that repeats. */
export async function saveAnimation(frames: readonly Frame[], file: URL): Promise<void> {
  expect(frames.reduce((sum, { ms }) => sum + ms, 0)).toBeLessThanOrEqual(MAX_MS)
  const animated = await sharp(
    frames.map(({ png }) => png),
    { join: { animated: true } },
  )
    .webp({ quality: 80, effort: 6, loop: 0, delay: frames.map(({ ms }) => ms) })
    .toBuffer()
  expect(animated.length, `${file.pathname} in bytes`).toBeLessThan(MAX_BYTES)
  await writeFile(file, animated)
}
