import type { BankServiceOptions } from '../service.js'

/** The parts of the bank that the demo uses. */
export type BankDemoOptions = Omit<BankServiceOptions, 'statusLists'>
