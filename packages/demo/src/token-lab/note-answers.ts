import type { FastifyRequest } from 'fastify'
import type { Answer } from './verifiers.js'

/** Records both services' verdicts for the tour. */
export function noteAnswers(
  request: FastifyRequest,
  { control, changed }: { readonly control: readonly Answer[]; readonly changed: readonly Answer[] },
): void {
  const note = (what: string, answers: readonly Answer[]) => {
    for (const { service, verdict } of answers) {
      if (service !== 'bank' && service !== 'retirement') continue
      request.noteAsked({ whom: service, what, answer: verdict ? (verdict.code ?? 'accepted') : 'no response' })
    }
  }
  note('verify unchanged token', control)
  note('verify changed token', changed)
}
