import { MAX_MEMO_LENGTH } from '@signet/contracts'
import Type from 'typebox'
import { Line } from '../printable-text.js'

/** The body of a transfer request. */
export const TransferBody = Type.Object(
  {
    from: Type.String({ description: 'The id of one of your accounts' }),
    to: Type.String({ description: "An account's id, an account's number, or `retirement`" }),
    amount: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'Minor units: cents' }),
    memo: Type.Optional(Line(MAX_MEMO_LENGTH)),
  },
  { additionalProperties: false },
)
