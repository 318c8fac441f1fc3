import { interleave } from '../rounds.mjs'
import { median } from '../statistics.mjs'

/** How long each service takes from its process' start until it listens, by itself on the machine. Ends both. */
export async function benchStart({ services, rounds }) {
  const { bank, retirement } = services.demo.services
  const timed = (service) => async () => {
    const started = await service.again()
    await started.stop()
    return started.startMs
  }
  await bank.stop()
  await retirement.stop()
  const measured = await interleave({ bank: timed(bank), retirement: timed(retirement) }, rounds)
  return ['bank', 'retirement'].map((service) => ({
    service,
    medianMs: median(measured.map((round) => round[service])),
  }))
}
