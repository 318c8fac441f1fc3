/**
 * The door for the one service that signs people in. Whoever opens it can make a token for anybody: only the bank does,
 * and `npm run lint` refuses an import from anywhere else.
 */
export { MAX_PASSWORD_CHARACTERS, MIN_PASSWORD_CHARACTERS, passwordProblem } from './password-policy.js'
export { createPasswords, type Passwords, type PasswordsOptions } from './passwords.js'
export { type IssuedToken, type IssuingOptions, issuing, type TokenSubject } from './plugins/issuing.js'
