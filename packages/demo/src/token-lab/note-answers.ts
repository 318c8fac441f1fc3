import type { FastifyRequest } from 'fastify'
import type { Answer } from './verifiers.js'

/** For the guided tour: what each service said of an untouched token and of the one that was changed. */
export function noteAnswers(
  request: FastifyRequest,
  { control, changed }: { readonly control: readonly Answer[]; readonly changed: readonly Answer[] },
): void {
  const note = (what: string, answers: readonly Answer[]) => {
    for (const { service, verdict } of answers) {
      if (service !== 'bank' && service !== 'retirement') continue
      request.noteAsked({ whom: service, what, answer: verdict ? (verdict.code ?? 'genuine') : 'no answer' })
    }
  }
  note('verify: untouched token', control)
  note('verify: changed token', changed)
}
