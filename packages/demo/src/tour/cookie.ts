import { randomBytes } from 'node:crypto'
import { type CookieDefinition, type CookieScope, defineCookie, readCookie } from '@signet/auth/verifier'
import type { FastifyReply } from 'fastify'
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

/** Two cookies: `on` with the current step, `left` with the step to resume at. Only requests with `on` are recorded. */
export type TourCookies = ReturnType<typeof tourCookies>

/** Defines the tour's cookies. `go` and `leave` write one of them and clear the other. */
export function tourCookies(scope: CookieScope) {
  const on = defineCookie('tour', scope)
  const left = defineCookie('tour_left', scope)
  const keepIn = (cookie: CookieDefinition, other: CookieDefinition) => (reply: FastifyReply, place: TourPlace) => {
    cookie.set(reply, formatPlace(place), TOUR_TTL_SECONDS)
    other.clear(reply)
  }
  return { on, left, go: keepIn(on, left), leave: keepIn(left, on) }
}
