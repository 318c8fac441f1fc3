import { randomBytes } from 'node:crypto'
import { type CookieDefinition, readCookie } from '@signet/auth/verifier'
import { TOUR_STEPS } from './step-titles.js'

/** Which tour a browser is on, and where: all that its cookie says. */
export interface TourPlace {
  /** A secret of 128 bits: whoever has it may read what was recorded. Never log it. */
  readonly id: string
  /** From 1. */
  readonly step: number
}

/** A tour that nobody goes on with is forgotten after two hours: by the browser, and by the store. */
export const TOUR_TTL_SECONDS = 7_200

/** An id as `newTour` makes it, and a step. Anything else is no tour: nothing is looked up by it, nothing recorded. */
const TOUR_COOKIE = /^([A-Za-z0-9_-]{22})\.([1-9]\d?)$/

export const newTour = (step: number): TourPlace => ({ id: randomBytes(16).toString('base64url'), step })

export const spell = ({ id, step }: TourPlace): string => `${id}.${step}`

export function readPlace(header: string | undefined, { name }: CookieDefinition): TourPlace | null {
  const { count, value } = readCookie(header, name)
  const [, id, step] = count === 1 ? (TOUR_COOKIE.exec(value) ?? []) : []
  return id !== undefined && Number(step) <= TOUR_STEPS.length ? { id, step: Number(step) } : null
}
