// Runs `npm start` without the build in its own process. Reports what it started, and stops at the first message.
import { startDemo } from '@signet/scripts/demo'

try {
  const { ports, services, stop } = await startDemo(process.env)
  process.once('message', async () => {
    await stop()
    process.disconnect()
  })
  process.send?.({ ports, pids: [services.bank.pid, services.retirement.pid] })
} catch (error) {
  process.send?.({ refusal: error instanceof Error && error.message })
  process.disconnect()
}
