import { randomBytes } from 'node:crypto'
import { type CookieDefinition, readCookie } from '@signet/auth/verifier'
import { TOUR_STEPS } from './step-titles.js'

/** The content of the tour's cookie. */
export interface TourPlace {
  /** A secret of 128 bits that gives access to the recording. Never log it. */
  readonly id: string
  /** From 1. */
  readonly step: number
  /** One character per step: the letter of the user's guess, or `-`. Shorter than the tour at its start. */
  readonly guesses: string
}

/** After two hours without a new step the browser deletes the cookie. The store deletes the recording. */
export const TOUR_TTL_SECONDS = 7_200

/** An id of `newTour`, a step, and guesses if there are any. Other values are ignored and never reach the store. */
const TOUR_COOKIE = /^([A-Za-z0-9_-]{22})\.([1-9]\d?)(?:\.([abc-]{1,99}))?$/

export const newTour = (step: number): TourPlace => ({ id: randomBytes(16).toString('base64url'), step, guesses: '' })

export const formatPlace = ({ id, step, guesses }: TourPlace): string => `${id}.${step}${guesses && `.${guesses}`}`

/** Returns the place with a guess for its step. */
export const withGuess = (place: TourPlace, guess: string): TourPlace => ({
  ...place,
  guesses: place.guesses.slice(0, place.step - 1).padEnd(place.step - 1, '-') + guess + place.guesses.slice(place.step),
})

export function readPlace(header: string | undefined, { name }: CookieDefinition): TourPlace | null {
  const { count, value } = readCookie(header, name)
  const [, id, step, guesses = ''] = count === 1 ? (TOUR_COOKIE.exec(value) ?? []) : []
  return id !== undefined && Number(step) <= TOUR_STEPS.length && guesses.length <= TOUR_STEPS.length
    ? { id, step: Number(step), guesses }
    : null
}
