import {
  checkCommon,
  commonSchema,
  type Environment,
  httpUrl,
  readConfig,
  SECRET_VARIABLES,
  type Values,
} from '@signet/service'

const retirementSchema = (environment: Environment) => ({
  ...commonSchema(3002, environment),
  JWT_JWKS_URL: httpUrl({ default: undefined }),
})

export type RetirementConfig = Values<ReturnType<typeof retirementSchema>>

/** Reads and checks the environment. @throws {ConfigError} with one line per bad variable. */
export const readRetirementConfig = (environment: Environment): RetirementConfig =>
  readConfig<RetirementConfig>(environment, retirementSchema(environment), {
    secrets: SECRET_VARIABLES,
    check: checkRetirement,
  })

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
