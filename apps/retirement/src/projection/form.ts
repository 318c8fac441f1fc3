import { formatMinor, parseMinor, plainNumber } from '@signet/contracts'
import { DEFAULT_MONTHLY_MINOR, DEFAULT_YEARS, MAX_MONTHLY_MINOR, MAX_YEARS } from './rules.js'

/** The two fields of the projection's form, as typed. */
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

/** What a page's query asks; what is wrong is said beside its field, and the usual is shown instead. */
export function readQuestion(query: Readonly<Record<string, unknown>>, currency: string): ProjectionQuestion {
  const typed = (name: string, usual: string) => (typeof query[name] === 'string' ? query[name] : usual)
  const form = {
    years: typed('years', String(DEFAULT_YEARS)),
    monthly: typed('monthly', formatMinor(BigInt(DEFAULT_MONTHLY_MINOR), currency).replace(/[^\d.]/g, '')),
  }
  const problems: ProjectionProblems = {}
  const typedYears = plainNumber(form.years)
  const years = /^\d{1,3}$/.test(typedYears) ? Number(typedYears) : 0
  if (years < 1 || years > MAX_YEARS) problems.years = `Type whole years, 1 to ${MAX_YEARS}.`
  const monthly = parseMinor(form.monthly, currency)
  if (monthly === undefined || monthly < 0 || monthly > MAX_MONTHLY_MINOR)
    problems.monthly = 'Type an amount in dollars up to 10,000, for example 250.00.'
  return {
    form,
    problems,
    years: problems.years ? DEFAULT_YEARS : years,
    monthlyMinor: problems.monthly || monthly === undefined ? DEFAULT_MONTHLY_MINOR : monthly,
  }
}
