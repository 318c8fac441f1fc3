export { CLIENT_ID } from './client-id.js'
export { DEMO_PEOPLE, DEMO_USER_IDS, type DemoPerson } from './demo-people.js'
export { DEPOSIT_PATH, DEPOSIT_SCHEMA, DEPOSIT_TYP, type DepositClaims, MAX_MEMO_LENGTH } from './deposit.js'
export { formatMinor, isMinorAmount, isPositiveMinorAmount, parseMinor, USD } from './money.js'
