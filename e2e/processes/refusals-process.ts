// Responds to each environment with the reason why `npm start` refuses it. Exits when the parent disconnects.
import { startDemo } from '@signet/scripts/demo'

process.on('message', async (environment: NodeJS.ProcessEnv) => {
  try {
    const { stop } = await startDemo(environment)
    await stop()
    process.send?.({ refusal: 'it started' })
  } catch (error) {
    const refused = error as Error
    process.send?.({ refusal: refused.message, kind: refused.constructor.name })
  }
})
