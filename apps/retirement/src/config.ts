import {
  type CommonConfig,
  checkCommon,
  commonSchema,
  type Environment,
  readConfig,
  SECRET_VARIABLES,
} from '@signet/service'

/** Every variable of retirement: so far the common ones. */
export type RetirementConfig = CommonConfig

/** @throws {ConfigError} one line for each bad variable. */
export function readRetirementConfig(environment: Environment): RetirementConfig {
  return readConfig<RetirementConfig>(environment, commonSchema(3002), {
    secrets: SECRET_VARIABLES,
    check: checkCommon,
  })
}
