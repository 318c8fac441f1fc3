import type { KeyRing } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import type { SharedStore } from '@signet/service'
import type { BankConfig } from '../config.js'

export interface BankDemoOptions {
  readonly config: BankConfig
  readonly db: BankDatabase
  readonly shared: SharedStore
  readonly keys: KeyRing
}
