import {
  type CommonConfig,
  checkCommon,
  commonSchema,
  type Environment,
  httpUrl,
  readConfig,
  SECRET_VARIABLES,
} from '@signet/service'

/** The configuration of retirement. */
export interface RetirementConfig extends CommonConfig {
  /** URL of the bank's public keys. */
  JWT_JWKS_URL: string | undefined
}

/** Reads and checks the environment. @throws {ConfigError} with one line per bad variable. */
export function readRetirementConfig(environment: Environment): RetirementConfig {
  return readConfig<RetirementConfig>(
    environment,
    { ...commonSchema(3002, environment), JWT_JWKS_URL: httpUrl({ default: undefined }) },
    { secrets: SECRET_VARIABLES, check: checkRetirement },
  )
}

function checkRetirement(config: Partial<RetirementConfig>): Map<string, string> {
  const problems = checkCommon(config)
  if ('JWT_SECRET' in config && 'JWT_JWKS_URL' in config && !config.JWT_SECRET && !config.JWT_JWKS_URL) {
    problems.set(
      'JWT_SECRET',
      'must be set (or JWT_SECRET_FILE) unless JWT_JWKS_URL is set: the secret shared with the bank',
    )
  }
  return problems
}
