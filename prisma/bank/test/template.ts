import { migrate } from '@signet/database'
import type { DatabaseTemplate } from '@signet/testing'
import { migrationsFolder, runtimePrivileges } from '../index.js'

/** The bank's tables without rows. */
export const BANK: DatabaseTemplate = {
  name: 'bank',
  fill: (url) => migrate(url, migrationsFolder),
  runtimePrivileges,
}
