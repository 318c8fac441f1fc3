export interface SignInMethods {
  readonly hasPassword: boolean
  readonly passkeys: number
  readonly unusedCodes: number
}

/**
 * Returns whether a user can still sign in after losing one passkey. Codes alone do not suffice: each login consumes one.
 */
export const survivesLoss = ({ hasPassword, passkeys, unusedCodes }: SignInMethods): boolean =>
  hasPassword || passkeys > 1 || (passkeys === 1 && unusedCodes > 0)
