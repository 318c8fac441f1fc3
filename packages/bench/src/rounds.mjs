/**
 * Measures everything once in each round, one after the other, beginning with another in each: what the machine does
 * beside weighs on all of a round, and being first or last on none alone.
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
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      results[name] = await entries[name]()
      onMeasured(round, name, results[name])
    }
    measured.push(results)
  }
  return measured
}
