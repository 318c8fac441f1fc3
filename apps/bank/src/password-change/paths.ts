export const PASSWORD_PATH = '/security/password'
export const REMOVAL_PATH = '/security/password/remove'
