/** `auto` follows the system setting. */
export type Theme = 'auto' | 'light' | 'dark'
