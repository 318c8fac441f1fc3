interface RoleOfDatabase {
  readonly database: string
  readonly role: string
  readonly password: string
}

type ServiceName = 'bank' | 'retirement'

export function roleOf(dataDir: string, name: ServiceName | 'store'): RoleOfDatabase

export function prepareDatabases(
  adminUrl: string,
  dataDir: string,
  options: { readonly demo: boolean; readonly store: boolean },
): Promise<{
  readonly urls: { readonly bank: string; readonly retirement: string; readonly store?: string }
  readonly ownerUrls: { readonly bank: string; readonly retirement: string }
}>
