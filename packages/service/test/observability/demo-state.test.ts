import assert from 'node:assert/strict'
import { test } from 'node:test'
import { heldResponses } from '@signet/auth/verifier'
import { demoState } from '../../src/observability/demo-state.js'
import { metrics } from '../../src/observability/metrics.js'
import { createLoggingApp } from '../support.js'

const CASES = [
  { demo: 'public', gauge: 1, level: 40, line: /^the demo is on for any host \(DEMO=public\)/ },
  { demo: true, gauge: 1, level: 30, line: /^the demo is on \(DEMO=1\)/ },
  { demo: false, gauge: 0 },
] as const

for (const { demo, gauge, ...expected } of CASES) {
  test(`DEMO ${demo} is ${gauge} in the metrics, and ${'line' in expected ? '' : 'not '}in the log at start`, async (t) => {
    const { app, lines } = await createLoggingApp('info')
    t.after(() => app.close())
    await app.register(heldResponses)
    await app.register(metrics, { service: 'test', build: { version: '0.0.0', commit: 'none' } })
    await app.register(demoState, { demo })
    await app.listen({ host: '127.0.0.1', port: 0 })
    const scraped = await app.metrics.metrics()
    assert.match(scraped, new RegExp(`^demo_enabled(\\{.*\\})? ${gauge}$`, 'm'))
    const said = lines.filter(({ msg }) => String(msg).startsWith('the demo'))
    assert.equal(said.length, 'line' in expected ? 1 : 0)
    if ('line' in expected) {
      assert.match(String(said[0]?.msg), expected.line)
      assert.equal(said[0]?.level, expected.level)
    }
  })
}
