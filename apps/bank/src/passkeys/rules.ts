import { hasVisibleCharacter, withoutDirectionControls } from '@signet/contracts'
import { ServiceError } from '@signet/service'
import { isLine } from '../printable-text.js'

export const MAX_PASSKEYS = 10

const MAX_PASSKEY_NAME_LENGTH = 64

/** Returns a name as it is stored. @throws {ServiceError} `invalid_request` */
export function passkeyName(typed: string): string {
  const name = typed.trim()
  const isReadable = hasVisibleCharacter(name) && isLine(name) && name === withoutDirectionControls(name)
  if (isReadable && [...name].length <= MAX_PASSKEY_NAME_LENGTH) return name
  throw new ServiceError(
    'invalid_request',
    `Name the passkey with 1 to ${MAX_PASSKEY_NAME_LENGTH} characters, without line breaks.`,
  )
}
