// An interrupted run leaves no process, no server and no folder.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { until } from '../src/until.js'

const root = await mkdtemp(join(tmpdir(), 'signet-interrupted-'))
after(() => rm(root, { recursive: true, force: true }))
const ready = join(root, 'ready.json')
const source = (path: string) => fileURLToPath(new URL(`../src/${path}.js`, import.meta.url))

/** Starts a process and PostgreSQL, tells their ports, and never ends. */
const ENDLESS = `import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { renameSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { freePort, openOwnServer } from ${JSON.stringify(source('index'))}
test('never ends', async () => {
  const port = await freePort()
  const listen = 'net.createServer().listen(' + port + ', "127.0.0.1", () => process.send("listens"))'
  await once(spawn(process.execPath, ['-e', listen], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }), 'message')
  const { adminUrl } = await openOwnServer()
  const ports = [port, new URL(adminUrl).port, new URL(process.env.TEST_SERVER_URL).port]
  writeFileSync('${ready}.new', JSON.stringify({ ports, folder: process.env.TEST_RUN_FOLDER }))
  renameSync('${ready}.new', '${ready}')
  await new Promise((resolve) => setInterval(() => {}, 1_000))
})`
for (const name of ['apps', 'bench', 'e2e', 'examples', 'prisma']) await mkdir(join(root, name))
for (const name of ['packages/one/test/endless.test.ts', 'packages/one/dist/test/endless.test.js']) {
  await mkdir(dirname(join(root, name)), { recursive: true })
  await writeFile(join(root, name), ENDLESS)
}
const RUN = `const { runTests } = await import(${JSON.stringify(source('runner/index'))})
await runTests({ root: ${JSON.stringify(root)}, only: ['endless'], findBrowser: () => {} })`

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  const connected = await once(socket, 'connect').then(
    () => true,
    () => false,
  )
  socket.destroy()
  return connected
}

/** PostgreSQL ends by itself a minute after the end of its folder. */
const timeout = 45_000

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} ends the tests, their processes and their servers`, { timeout }, async () => {
    // With this variable, the nested runner would report to this one.
    const { NODE_TEST_CONTEXT: _, TEST_RUN_FOLDER: __, TEST_SERVER_URL: ___, ...env } = process.env
    const run = spawn(process.execPath, ['--input-type=module', '--eval', RUN], { stdio: 'inherit', env })
    const exited = once(run, 'exit')
    await until(
      () => existsSync(ready),
      (isReady) => isReady,
      { what: 'the start of the test' },
    )
    const { ports, folder } = JSON.parse(await readFile(ready, 'utf8'))
    await rm(ready)
    run.kill(signal)
    assert.deepEqual(await exited, [130, null])
    await until(
      () => Promise.all(ports.map(isListening)),
      (listening) => !listening.includes(true),
      { what: 'the end of the process and of both servers' },
    )
    assert.equal(existsSync(folder), false)
  })
}
