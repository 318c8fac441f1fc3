import { formatMinor, parseMinor, plainNumber } from '@signet/contracts'
import { DEFAULT_MONTHLY_MINOR, DEFAULT_YEARS, MAX_MONTHLY_MINOR, MAX_YEARS } from './rules.js'

interface ProjectionForm {
  readonly years: string
  readonly monthly: string
}

type ProjectionProblems = Partial<Record<keyof ProjectionForm, string>>

export interface ProjectionQuestion {
  readonly form: ProjectionForm
  readonly problems: ProjectionProblems
  readonly years: number
  readonly monthlyMinor: number
}

/** Reads the page's query. A bad value gets an error beside its field, and the default is used. */
export function readQuestion(query: Readonly<Record<string, unknown>>, currency: string): ProjectionQuestion {
  const typed = (name: string, usual: string) => (typeof query[name] === 'string' ? query[name] : usual)
  const form = {
    years: typed('years', String(DEFAULT_YEARS)),
    monthly: typed('monthly', formatMinor(BigInt(DEFAULT_MONTHLY_MINOR), currency).replace(/[^\d.]/g, '')),
  }
  const problems: ProjectionProblems = {}
  const typedYears = plainNumber(form.years)
  const years = /^\d{1,3}$/.test(typedYears) ? Number(typedYears) : 0
  if (years < 1 || years > MAX_YEARS) problems.years = `Enter a whole number of years from 1 to ${MAX_YEARS}.`
  const monthly = parseMinor(form.monthly, currency)
  if (monthly === undefined || monthly < 0 || monthly > MAX_MONTHLY_MINOR)
    problems.monthly = 'Enter an amount of at most 10,000 dollars, for example 250.00.'
  return {
    form,
    problems,
    years: problems.years ? DEFAULT_YEARS : years,
    monthlyMinor: problems.monthly || monthly === undefined ? DEFAULT_MONTHLY_MINOR : monthly,
  }
}
