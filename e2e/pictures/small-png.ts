import { crc32, deflateSync, inflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex')
const MAX_COLOURS = 256

interface Pixels {
  readonly width: number
  readonly height: number
  /** Red, green, blue and alpha of each pixel, row by row. */
  readonly rgba: Buffer
}

/**
 * The same picture in its 256 most frequent colours: a third of the bytes that a browser writes. Pages are flat, so the
 * colours left out are shades at the edges of letters, and each becomes the nearest that stays.
 */
export function smallPng(png: Buffer): Buffer {
  const { width, height, rgba } = decode(png)
  const counts = new Map<number, number>()
  for (let at = 0; at < rgba.length; at += 4) {
    const colour = rgba.readUInt32BE(at)
    counts.set(colour, (counts.get(colour) ?? 0) + 1)
  }
  const palette = [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MAX_COLOURS)
    .map(([colour]) => colour)
  const index = new Map([...counts.keys()].map((colour) => [colour, nearest(colour, palette)]))

  // Each row begins with its filter: 0, the bytes as they are.
  const rows = Buffer.alloc((width + 1) * height)
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    rows[pixel + Math.floor(pixel / width) + 1] = index.get(rgba.readUInt32BE(pixel * 4)) ?? 0
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 3], 8)
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flatMap((colour) => bytesOf(colour).slice(0, 3)))),
    chunk('tRNS', Buffer.from(palette.map((colour) => colour & 255))),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const bytesOf = (colour: number): number[] => [colour >>> 24, (colour >>> 16) & 255, (colour >>> 8) & 255, colour & 255]

function nearest(colour: number, palette: readonly number[]): number {
  const wanted = bytesOf(colour)
  const distances = palette.map((candidate) =>
    bytesOf(candidate).reduce((sum, value, channel) => sum + (value - (wanted[channel] ?? 0)) ** 2, 0),
  )
  return distances.indexOf(Math.min(...distances))
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  checksum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, checksum])
}

/** Reads what a browser's screenshot is: 8 bits a channel, with or without alpha, not interlaced. */
function decode(png: Buffer): Pixels {
  const parts: Buffer[] = []
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)))
  }
  const [width, height, channels] = [png.readUInt32BE(16), png.readUInt32BE(20), png[25] === 6 ? 4 : 3]
  const filtered = inflateSync(Buffer.concat(parts))
  const stride = width * channels
  const rows = Buffer.alloc(stride * height)
  for (let at = 0; at < rows.length; at += 1) {
    const [row, column] = [Math.floor(at / stride), at % stride]
    const left = column < channels ? 0 : (rows[at - channels] ?? 0)
    const above = row === 0 ? 0 : (rows[at - stride] ?? 0)
    const aboveLeft = column < channels || row === 0 ? 0 : (rows[at - stride - channels] ?? 0)
    const filter = filtered[row * (stride + 1)] ?? 0
    rows[at] = (filtered[at + row + 1] ?? 0) + predict(filter, left, above, aboveLeft)
  }
  const rgba = Buffer.alloc(width * height * 4, 255)
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    rows.copy(rgba, pixel * 4, pixel * channels, (pixel + 1) * channels)
  }
  return { width, height, rgba }
}

/** The five filters of the PNG specification, section 9.2. */
function predict(filter: number, left: number, above: number, aboveLeft: number): number {
  if (filter === 1) return left
  if (filter === 2) return above
  if (filter === 3) return (left + above) >> 1
  if (filter !== 4) return 0
  const estimate = left + above - aboveLeft
  const [toLeft, toAbove, toCorner] = [left, above, aboveLeft].map((value) => Math.abs(estimate - value)) as [
    number,
    number,
    number,
  ]
  if (toLeft <= toAbove && toLeft <= toCorner) return left
  return toAbove <= toCorner ? above : aboveLeft
}
