export function secretFile(dataDir: string, name: string): string
