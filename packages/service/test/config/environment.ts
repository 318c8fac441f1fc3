import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import {
  type CommonConfig,
  ConfigError,
  checkCommon,
  commonSchema,
  readConfig,
  SECRET_VARIABLES,
} from '../../src/index.js'

export const SECRET = 'a-secret-for-tests-of-at-least-32-bytes'
export const GOOD = {
  DATABASE_URL: 'postgresql://role:database-password@127.0.0.1:5432/bank',
  SESSION_STORE_URL: 'redis://127.0.0.1:6379',
  JWT_SECRET: `k1:${SECRET}`,
}

export const HTTPS = {
  BANK_URL: 'https://bank.example.com',
  RETIREMENT_URL: 'https://retirement.example.com',
  TRUST_PROXY: 'none',
}
export const HTTP = { BANK_URL: 'http://bank.example.com', RETIREMENT_URL: 'http://retirement.example.com' }
export const LOCAL_HTTPS = {
  BANK_URL: 'https://bank.signet.localhost',
  RETIREMENT_URL: 'https://retirement.signet.localhost',
  TRUST_PROXY: 'none',
}
export const LOOPBACK = {
  BANK_URL: 'http://127.0.0.1:3001',
  RETIREMENT_URL: 'http://127.0.0.1:3002',
  COOKIE_DOMAIN: '',
}

export const folder = mkdtempSync(join(tmpdir(), 'signet-config-'))
after(() => rmSync(folder, { recursive: true, force: true }))
export const fileWith = (name: string, content: string): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

export const read = (environment: Record<string, string | undefined>): CommonConfig =>
  readConfig<CommonConfig>(environment, commonSchema(3001, environment), {
    secrets: SECRET_VARIABLES,
    check: checkCommon,
  })

export function refusal(environment: Record<string, string | undefined>): readonly string[] {
  try {
    read(environment)
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error))
    assert.equal(error.message, error.lines.join('\n'))
    return error.lines
  }
  return []
}
