export function installDebian(name: string): Promise<boolean>
