/**
 * Measures everything once in each round, one after the other, beginning with another in each, and every other round
 * backwards: what the machine does beside weighs on all of a round, and being first or last, or behind somebody who
 * leaves the same process warm, on none alone.
 *
 * @param entries functions by name, each of which measures once.
 * @returns for each round what was measured, by name.
 */
export async function interleave(entries, rounds, onMeasured = () => {}) {
  const names = Object.keys(entries)
  const measured = []
  for (let round = 0; round < rounds; round += 1) {
    const results = {}
    const first = Math.floor((round * names.length) / rounds)
    const turned = [...names.slice(first), ...names.slice(0, first)]
    for (const name of round % 2 === 0 ? turned : turned.reverse()) {
      results[name] = await entries[name]()
      onMeasured(round, name, results[name])
    }
    measured.push(results)
  }
  return measured
}
