import type { KeySource } from '@signet/auth/verifier'
import type { SharedStore } from '@signet/service'
import type { RetirementConfig } from '../config.js'

export interface RetirementDemoOptions {
  readonly config: RetirementConfig
  readonly shared: SharedStore
  readonly keys: KeySource
}
