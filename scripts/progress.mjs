const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`

/** Runs `work` and shows its title, elapsed time and outcome on stdout. */
export async function step(title, work) {
  const since = performance.now()
  const terminal = process.stdout.isTTY
  const show = () => process.stdout.write(`\r\x1b[K  … ${title} ${seconds(since)}`)
  if (terminal) show()
  else process.stdout.write(`  … ${title}\n`)
  const ticking = terminal ? setInterval(show, 250) : undefined
  try {
    const result = await work()
    process.stdout.write(`${terminal ? '\r\x1b[K' : ''}  ✓ ${title} ${seconds(since)}\n`)
    return result
  } catch (error) {
    process.stdout.write(`${terminal ? '\r\x1b[K' : ''}  ✗ ${title}\n`)
    throw error
  } finally {
    clearInterval(ticking)
  }
}
