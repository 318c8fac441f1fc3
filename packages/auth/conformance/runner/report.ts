import type { Severity } from '../group.js'
import type { Checked, Conformance } from './conform.js'

const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low']

/** Returns the checks with a wrong answer, the most severe first. */
const wrongOf = ({ checked }: Conformance) =>
  checked
    .flatMap(({ problem, ...check }) => (problem ? [{ ...check, problem }] : []))
    .sort((one, other) => SEVERITIES.indexOf(one.problem.severity) - SEVERITIES.indexOf(other.problem.severity))

/** Returns the text for a terminal: every wrong answer, then the numbers. */
export function reportOf(conformance: Conformance): string {
  const wrong = wrongOf(conformance)
  const lines = wrong.flatMap(({ vector, carrier, problem }) => [
    `${problem.severity.toUpperCase()}  ${problem.what} ${vector.sentence} (by ${carrier})`,
    `    ${vector.reason} ${vector.section}.`,
    `    ${vector.id}`,
  ])
  const count = (severity: Severity) => wrong.filter(({ problem }) => problem.severity === severity).length
  const counts = SEVERITIES.filter((severity) => count(severity) > 0).map(
    (severity) => `${count(severity)} ${severity}`,
  )
  const omitted = [...conformance.omitted].map(([why, number]) => `  ${number} not sent: ${why}`)
  const numbers = `${conformance.checked.length} requests, ${wrong.length} wrong answers`
  return [...lines, `${numbers}${counts.length > 0 ? `: ${counts.join(', ')}` : ''}`, ...omitted].join('\n')
}

/** Returns JUnit XML: a suite for each category, a test case for each request. */
export function junitOf({ checked }: Conformance): string {
  const categories = [...new Set(checked.map(({ vector }) => vector.category))]
  const suites = categories.map((category) => {
    const cases = checked.filter(({ vector }) => vector.category === category)
    const failures = cases.filter(({ problem }) => problem).length
    const head = `<testsuite name="${category}" tests="${cases.length}" failures="${failures}">`
    return [head, ...cases.map(caseOf), '</testsuite>'].join('\n')
  })
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="conformance">\n${suites.join('\n')}\n</testsuites>\n`
}

function caseOf({ vector, carrier, problem }: Checked): string {
  const name = `name="${escapeXml(`${vector.sentence} (by ${carrier})`)}" classname="${escapeXml(vector.id)}"`
  if (!problem) return `<testcase ${name}/>`
  const message = escapeXml(`${problem.severity}: ${problem.what} ${vector.sentence}`)
  return `<testcase ${name}><failure message="${message}">${escapeXml(`${vector.reason} ${vector.section}.`)}</failure></testcase>`
}

const ENTITIES: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' }
const escapeXml = (text: string): string => text.replaceAll(/[<>&"]/g, (character) => ENTITIES[character] ?? '')
