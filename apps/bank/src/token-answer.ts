import Type from 'typebox'

/** Schema of what a login returns: the JWT, or null for the session strategies. */
export const Token = Type.Union([Type.String({ description: 'The JWT' }), Type.Null()])
