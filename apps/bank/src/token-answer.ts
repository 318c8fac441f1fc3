import { Success } from '@signet/service'
import Type from 'typebox'

/** Schema of the response to a login. Null for the session strategies. */
export const TokenAnswer = Success(Type.Union([Type.String({ description: 'The JWT' }), Type.Null()]))
