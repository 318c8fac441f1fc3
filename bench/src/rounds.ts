import type { OnMeasured } from './report.js'

/**
 * Measures each entry once per round. Each round starts with another entry, and every other round runs in reverse, so that
 * other load and the order of entries affect all of them alike.
 *
 * @param entries functions by name; each measures once
 * @returns the results by name, for each round
 */
export async function interleave<Results extends object>(
  entries: { readonly [Name in keyof Results]: () => Promise<Results[Name]> },
  rounds: number,
  onMeasured: OnMeasured = () => {},
): Promise<Results[]> {
  const names = Object.keys(entries) as Array<keyof Results & string>
  const measured: Results[] = []
  for (let round = 0; round < rounds; round += 1) {
    const results: Partial<Results> = {}
    const first = Math.floor((round * names.length) / rounds)
    const turned = [...names.slice(first), ...names.slice(0, first)]
    for (const name of round % 2 === 0 ? turned : turned.reverse()) {
      results[name] = await entries[name]()
      onMeasured(round, name)
    }
    measured.push(results as Results)
  }
  return measured
}
