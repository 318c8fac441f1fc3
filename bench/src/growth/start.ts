import type { Report } from '../report.js'
import { interleave } from '../rounds.js'
import type { Services } from '../services.js'
import { median } from '../statistics.js'

/** Measures the time from process start to listening, of each service alone on the machine. Stops both. */
export async function benchStart({
  services,
  rounds,
}: {
  readonly services: Services
  readonly rounds: number
}): Promise<Report['start']> {
  const { bank, retirement } = services.demo.services
  const timed = (service: typeof bank) => async () => {
    const started = await service.again()
    await started.stop()
    return started.startMs
  }
  await bank.stop()
  await retirement.stop()
  const measured = await interleave({ bank: timed(bank), retirement: timed(retirement) }, rounds)
  return (['bank', 'retirement'] as const).map((service) => ({
    service,
    medianMs: median(measured.map((round) => round[service])),
  }))
}
