// The routes' schemas use members that this plugin adds to Fastify's types; whoever imports this package needs them too.
/// <reference types="@fastify/swagger" preserve="true" />

// `app.metrics`, where an app registers what it measures itself.
import './plugins/metrics.js'
// The route option `timeLimit`.
import './plugins/time-limit.js'
// `request.tour` and the route option `traced`.
import './tour/recorder.js'

export { closedSignal, NobodyWaits } from './answer-end.js'
export { type CallContext, callContext, contextFields, contextHeaders } from './call-context.js'
export {
  type CommonConfig,
  checkCommon,
  commonSchema,
  cookieDomainOf,
  SECRET_VARIABLES,
} from './config/common.js'
export { ConfigError, type Environment, readConfig, type Schema } from './config/read.js'
export { atLeastOne, countUpTo, fileOf, httpUrl, secrets, storeUrl } from './config/validators.js'
export { type App, createService, type ServiceOptions } from './create-service.js'
export { failure, failures, ok, Success } from './envelope.js'
export { isTooOften, SERVICE_ERRORS, ServiceError, type ServiceErrorCode } from './errors.js'
export { createFrame, type Frame, type FrameOptions } from './frame.js'
export { instanceName } from './instance.js'
export { decode, membersOf } from './labs/change.js'
export { type TokenLabOptions, tokenLab } from './labs/token-lab.js'
export { LAB_TOKEN_TYP } from './labs/verdict.js'
export { pages, signedIn } from './pages.js'
export type { Problem } from './problem.js'
export { afterRestart, onStore, type SessionStrategiesOptions, sessionStrategies } from './session-strategies.js'
export { type SharedNotes, sharedNotes } from './shared-notes.js'
export { openSharedStore, type SharedStore } from './shared-store.js'
export { requireReachable, StartError, startService } from './start-service.js'
export type { Theme } from './theme.js'
export { newTour, readPlace, TOUR_TTL_SECONDS, type TourPlace } from './tour/cookie.js'
export type { Asked, TraceEvent } from './tour/event.js'
export { type TourCookies, type TourOptions, tourOf } from './tour/tour.js'
export { MAX_EVENTS, MAX_TOURS } from './tour/trace-rows.js'
export { createTraces, type Traces } from './tour/traces.js'
export { isUuid } from './uuid.js'
