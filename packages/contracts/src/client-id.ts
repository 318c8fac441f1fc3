/** The `client_id` of every access token (RFC 9068, section 2.2): the application that signs users in. */
export const CLIENT_ID = 'bank'
