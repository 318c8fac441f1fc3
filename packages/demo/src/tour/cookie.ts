import { randomBytes } from 'node:crypto'
import { type CookieDefinition, readCookie } from '@signet/auth/verifier'
import { TOUR_STEPS } from './step-titles.js'

/** The content of the tour's cookie. */
export interface TourPlace {
  /** A secret of 128 bits that gives access to the recording. Never log it. */
  readonly id: string
  /** From 1. */
  readonly step: number
}

/** After two hours without a new step the browser deletes the cookie. The store deletes the recording. */
export const TOUR_TTL_SECONDS = 7_200

/** An id of `newTour` and a step. Other values are ignored and never reach the store. */
const TOUR_COOKIE = /^([A-Za-z0-9_-]{22})\.([1-9]\d?)$/

export const newTour = (step: number): TourPlace => ({ id: randomBytes(16).toString('base64url'), step })

export const formatPlace = ({ id, step }: TourPlace): string => `${id}.${step}`

export function readPlace(header: string | undefined, { name }: CookieDefinition): TourPlace | null {
  const { count, value } = readCookie(header, name)
  const [, id, step] = count === 1 ? (TOUR_COOKIE.exec(value) ?? []) : []
  return id !== undefined && Number(step) <= TOUR_STEPS.length ? { id, step: Number(step) } : null
}
