// What the process tests call a service.

export type ServiceName = 'bank' | 'retirement'

/** Variables of a service. An undefined value removes the variable. */
export type Environment = Readonly<Record<string, string | undefined>>

export interface StartOptions {
  /** Default: a free port. */
  readonly port?: number
  /** Overrides the shared environment. */
  readonly env?: Environment
}

/** Where a service listens, and the public host that a browser sends. */
export interface Target {
  readonly url: string
  readonly host?: string | undefined
}

/** A running service. */
export interface Service extends Target {
  readonly name: ServiceName
  readonly port: number
  readonly host: string
  stop(): Promise<unknown>
}

/** A service in a process of its own. */
export interface ServiceProcess extends Service {
  readonly pid: number
  /** Resolves with a description of how the process ended. */
  stop(signal?: NodeJS.Signals): Promise<string>
}
