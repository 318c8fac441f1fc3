import type { FastifyRequest } from 'fastify'
import type { ComponentChildren } from 'preact'

/** What other features add to `/security` before the service is ready. */
export interface SecuritySlots {
  /** Sections below the sessions, in this order. */
  readonly sections: ((request: FastifyRequest) => Promise<ComponentChildren>)[]
  /** Confirms an action after its redirect: the value of the query parameter `done`, and a sentence. */
  readonly done: Map<unknown, string>
  /** Says why an action was refused: the value of `problem`, and a sentence. */
  readonly problems: Map<unknown, string>
}

declare module 'fastify' {
  interface FastifyInstance {
    readonly securitySlots: SecuritySlots
  }
}

export const emptySecuritySlots = (): SecuritySlots => ({
  sections: [],
  done: new Map([
    ['one', 'The device has been signed out.'],
    ['others', 'You have been signed out everywhere else.'],
  ]),
  problems: new Map(),
})
