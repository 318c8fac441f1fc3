/** The entry of the thread that estimates passwords: answers each message with whether the password is guessable. */
import { parentPort } from 'node:worker_threads'
import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'
import type { EstimateJob } from './hasher.js'

/** zxcvbn's scale: 0 and 1 fall within a million guesses. */
const GUESSABLE_SCORE = 1
/** The time grows with the ways to read `p4$$w0rd`: a hundred of them, as by default, triple it. */
const L33T_READINGS = 20

const estimator = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, l33tMaxSubstitutions: L33T_READINGS })

parentPort?.on('message', ({ password, personal }: EstimateJob) => {
  parentPort?.postMessage(estimator.check(password, [...personal]).score <= GUESSABLE_SCORE)
})
