/** Maximum number of passkeys of one user. */
export const MAX_PASSKEYS = 10

/** Maximum length of a passkey's name. */
export const MAX_PASSKEY_NAME_LENGTH = 64
