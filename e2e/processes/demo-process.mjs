// `npm start` without the building, as a process of its own: says what it started, and stops when it is told anything.
import { startDemo } from '../../scripts/demo.mjs'

try {
  const { ports, services, stop } = await startDemo(process.env)
  process.once('message', async () => {
    await stop()
    process.disconnect()
  })
  process.send({ ports, pids: [services.bank.pid, services.retirement.pid] })
} catch (error) {
  process.send({ refusal: error.message })
  process.disconnect()
}
