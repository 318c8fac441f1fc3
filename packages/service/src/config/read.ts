import { readFileSync } from 'node:fs'
import { cleanEnv, EnvMissingError, type OptionalValidatorSpec, type ValidatorSpec } from 'envalid'

/** Error of a bad configuration: one line per variable, with its name and the expected value. Never contains the value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly lines: readonly string[]

  constructor(problems: ReadonlyMap<string, string>) {
    const lines = [...problems].map(([name, problem]) => `${name} ${problem}`)
    super(lines.join('\n'))
    this.lines = lines
  }
}

export type Environment = Readonly<Record<string, string | undefined>>
export type Schema<T> = { readonly [K in keyof T]: ValidatorSpec<T[K]> }
export type Values<S> = {
  [K in keyof S]: S[K] extends OptionalValidatorSpec<infer T>
    ? T | undefined
    : S[K] extends ValidatorSpec<infer T>
      ? T
      : never
}

/**
 * Reads every variable of a schema. Throws one {@link ConfigError} that lists all bad ones. `check` receives the valid values, for
 * rules across variables.
 *
 * A variable in `secrets` may also be given as `NAME_FILE`, the path of a file with the value.
 */
export function readConfig<T extends object>(
  environment: Environment,
  schema: Schema<T>,
  { secrets = [], check }: { secrets?: readonly string[]; check?: (values: Partial<T>) => Map<string, string> } = {},
): T {
  const problems = new Map<string, string>()
  const resolved: Record<string, string | undefined> = { ...environment }
  for (const name of secrets) resolveFile(name, resolved, problems)

  const values = cleanEnv(resolved, schema, {
    reporter: ({ errors }) => {
      for (const [name, error] of Object.entries(errors)) {
        if (!(error instanceof Error) || problems.has(name) || problems.has(`${name}_FILE`)) continue
        const missing = error instanceof EnvMissingError
        problems.set(givenAs(name, environment), missing ? `is missing: ${schemaHint(schema, name)}` : error.message)
      }
    },
  })
  const isGood = (name: string) => !problems.has(name) && !problems.has(`${name}_FILE`)
  const good = Object.fromEntries(Object.entries(values).filter(([name]) => isGood(name))) as Partial<T>
  for (const [name, problem] of check?.(good) ?? []) problems.set(name, problem)
  if (problems.size > 0) throw new ConfigError(problems)
  return values as T
}

/** Returns the variable that the operator set: `NAME_FILE` if the value came from a file. */
function givenAs(name: string, environment: Environment): string {
  return !environment[name] && environment[`${name}_FILE`] ? `${name}_FILE` : name
}

function schemaHint<T>(schema: Schema<T>, name: string): string {
  const spec: { desc?: string } | undefined = schema[name as keyof T]
  return spec?.desc ?? 'set it'
}

function resolveFile(name: string, env: Record<string, string | undefined>, problems: Map<string, string>): void {
  const file = env[`${name}_FILE`]
  if (file === undefined || file === '') return
  if (env[name] !== undefined && env[name] !== '') {
    problems.set(`${name}_FILE`, `must not be set together with ${name}`)
    return
  }
  try {
    env[name] = readFileSync(file, 'utf8').trim()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown'
    problems.set(`${name}_FILE`, `must be the path of a readable file (${code})`)
  }
}
