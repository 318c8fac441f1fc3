export function findChromium(options?: { readonly headless?: boolean }): Promise<string>
