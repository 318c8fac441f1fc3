import { availableParallelism } from 'node:os'
import {
  atLeastOne,
  type CommonConfig,
  checkCommon,
  commonSchema,
  countUpTo,
  type Environment,
  readConfig,
  SECRET_VARIABLES,
} from '@signet/service'

/** Every variable of the bank. */
export interface BankConfig extends CommonConfig {
  /** Password hashes computed at once. */
  LOGIN_CONCURRENCY: number
  /** Sign-ins that may wait for one. */
  LOGIN_QUEUE: number
}

/** @throws {ConfigError} one line for each bad variable. */
export function readBankConfig(environment: Environment): BankConfig {
  return readConfig<BankConfig>(
    environment,
    {
      ...commonSchema(3001),
      LOGIN_CONCURRENCY: atLeastOne(64)({ default: availableParallelism() }),
      LOGIN_QUEUE: countUpTo(100_000)({ default: 64 }),
    },
    { secrets: SECRET_VARIABLES, check: checkCommon },
  )
}
