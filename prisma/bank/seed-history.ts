// Generates a year of a household's statements. The same seed gives the same history, up to its end date.

/** All amounts in minor units. */
export interface Household {
  readonly seed: number
  readonly salary: { readonly employer: string; readonly amountMinor: number }
  readonly rentMinor: number
  readonly standingOrderMinor: number
  readonly openingMinor: { readonly checking: number; readonly savings: number }
}

interface StatementLine {
  readonly at: Date
  readonly amountMinor: number
  readonly memo: string
}

/** Oldest first. Each account starts with its opening balance. A standing order is in both, at the same time. */
export interface Statement {
  readonly checking: readonly StatementLine[]
  readonly savings: readonly StatementLine[]
}

const DAY_MILLISECONDS = 86_400_000
const MONTHS = 12
const YEARLY_INTEREST = 0.021
/** Everyday spending keeps this balance. Rent and other fixed payments may go below it. */
const RESERVE_MINOR = 40_000

export const OPENING_BALANCE = 'Opening balance'
export const STANDING_ORDER = { paid: 'Standing order to Savings', received: 'Standing order from Checking' }
const STANDING_ORDER_DAY = 26
const GROCERS = ['Corner Market', 'Greenfield Grocers', 'Harbour Foods', 'Orchard & Oak']
const CAFES = ['Kettle & Crumb', 'North Star Coffee', 'The Daily Grind']
const LARGER = [
  'Bookshop',
  'Cinema and dinner',
  'Concert tickets',
  'Dentist',
  'Garden centre',
  'Shoes',
  'Train tickets',
  'Weekend away',
]

export function statementOf(household: Household, now: Date): Statement {
  const random = randomFrom(household.seed)
  const start = startOfDay(monthsBefore(now, MONTHS))
  const checking = [{ at: start, amountMinor: household.openingMinor.checking, memo: OPENING_BALANCE }]
  const savings = [{ at: start, amountMinor: household.openingMinor.savings, memo: OPENING_BALANCE }]
  let balance = household.openingMinor.checking
  let saved = household.openingMinor.savings

  const addEntry = (day: Date, hour: number, amountMinor: number, memo: string) => {
    const at = new Date(day.getTime() + (hour * 60 + random.below(60)) * 60_000 + random.below(60_000))
    if (at > now || balance + amountMinor < 0) return false
    checking.push({ at, amountMinor, memo })
    balance += amountMinor
    return true
  }
  const spend = (day: Date, hour: number, from: number, to: number, memo: string) => {
    const amountMinor = from + random.below(to - from)
    if (balance - amountMinor >= RESERVE_MINOR) addEntry(day, hour, -amountMinor, memo)
  }
  const save = (at: Date, amountMinor: number, memo: string) => {
    if (amountMinor === 0 || at > now) return
    savings.push({ at, amountMinor, memo })
    saved += amountMinor
  }

  for (let time = start.getTime() + DAY_MILLISECONDS; time <= now.getTime(); time += DAY_MILLISECONDS) {
    const day = new Date(time)
    const date = day.getUTCDate()
    const weekday = day.getUTCDay()
    const winter = [10, 11, 0, 1, 2].includes(day.getUTCMonth())

    if (date === 1) {
      addEntry(day, 6, -household.rentMinor, 'Rent')
      save(day, Math.round((saved * YEARLY_INTEREST) / 12), 'Interest')
    }
    if (date === 3) spend(day, 7, winter ? 11_500 : 6_200, winter ? 17_800 : 9_400, 'City Power & Water')
    if (date === 5) spend(day, 7, 5_499, 5_500, 'Fibre internet')
    if (date === 8) spend(day, 7, 1_899, 1_900, 'Mobile phone')
    if (date === 12) spend(day, 8, 9_200, 9_201, 'Transit monthly pass')
    if (date === 25) addEntry(day, 5, household.salary.amountMinor, `Salary, ${household.salary.employer}`)
    if (date === STANDING_ORDER_DAY) {
      const memo = STANDING_ORDER.paid
      const amountMinor = household.standingOrderMinor
      if (addEntry(day, 6, -amountMinor, memo)) save(checking.at(-1)?.at ?? day, amountMinor, STANDING_ORDER.received)
    }
    // Everyday spending: coffee on workdays, groceries on Saturdays and sometimes between, an occasional larger purchase. In
    // order of hours, as all of the above: no entry is older than the previous one.
    if (weekday >= 1 && weekday <= 5 && random.below(100) < 46) spend(day, 9, 390, 980, random.of(CAFES))
    if (weekday === 6) spend(day, 10, 6_400, 15_800, random.of(GROCERS))
    if (random.below(100) < 8) spend(day, 13, 210, 640, 'Transit single ride')
    if (weekday !== 6 && random.below(100) < 16) spend(day, 18, 900, 4_600, random.of(GROCERS))
    if (random.below(100) < 7) spend(day, 20, 3_200, 34_000, random.of(LARGER))
  }
  return { checking, savings }
}

/** Returns the date of the first standing order after the history. */
export const nextStandingOrderOn = (now: Date): Date =>
  new Date(
    Date.UTC(
      now.getUTCFullYear(),
      now.getUTCMonth() + (now.getUTCDate() < STANDING_ORDER_DAY ? 0 : 1),
      STANDING_ORDER_DAY,
    ),
  )

function monthsBefore(now: Date, months: number): Date {
  // The first 28 days exist in every month.
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, Math.min(now.getUTCDate(), 28)))
}

function startOfDay(time: Date): Date {
  return new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth(), time.getUTCDate()))
}

/** Returns a repeatable random generator (mulberry32). Not for secrets. */
function randomFrom(seed: number) {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number) => Math.floor(next() * limit)
  const of = (names: readonly string[]) => names[below(names.length)] ?? ''
  return { below, of }
}
