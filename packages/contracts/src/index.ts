export { DEMO_PEOPLE, type DemoPerson } from './demo-people.js'
export { formatMinor, isMinorAmount, isPositiveMinorAmount, parseMinor, USD } from './money.js'
