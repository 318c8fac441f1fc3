/**
 * The kind of token that is made to be looked at and changed: a twin of somebody's access token that signs nobody in. No
 * route takes it for anything; what keeps the kinds apart is `typ`, which is signed (RFC 8725 section 3.11).
 */
export const LAB_TOKEN_TYP = 'lab+jwt'
