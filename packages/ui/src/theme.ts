/** `auto` follows the system; the other two override it. */
export type Theme = 'auto' | 'light' | 'dark'
