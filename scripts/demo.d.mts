import type { ServiceProcess } from './service-process.mjs'

export interface Demo {
  readonly bankUrl: string
  readonly retirementUrl: string
  readonly isDemo: boolean
  readonly ports: { readonly bank: number; readonly retirement: number }
  readonly dataDir: string
  readonly services: { readonly bank: ServiceProcess; readonly retirement: ServiceProcess }
  /** What the services connect to, as their own roles. */
  readonly databases: { readonly bank: string; readonly retirement: string; readonly store?: string }
  readonly ownerUrls: { readonly bank: string; readonly retirement: string }
  readonly adminUrl: string
  /** Resolves with a sentence when a service exits unexpectedly. */
  readonly ended: Promise<string>
  /** Stops everything that was started. */
  stop(): Promise<void>
}

export function startDemo(env: NodeJS.ProcessEnv): Promise<Demo>
