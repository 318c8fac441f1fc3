/** The entry of the estimation thread: responds to each message with whether the password is guessable. */
import { parentPort } from 'node:worker_threads'
import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'
import type { EstimateJob } from './hasher.js'

/** zxcvbn's scale: scores 0 and 1 need at most a million guesses. */
const GUESSABLE_SCORE = 1
/** Estimation time grows with the number of readings of `p4$$w0rd`: the default of 100 triples it. */
const L33T_READINGS = 20

const estimator = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, l33tMaxSubstitutions: L33T_READINGS })

parentPort?.on('message', ({ password, personal }: EstimateJob) => {
  parentPort?.postMessage(estimator.check(password, [...personal]).score <= GUESSABLE_SCORE)
})
