// The routes' schemas use members that this plugin adds to Fastify's types; whoever imports this package needs them too.
/// <reference types="@fastify/swagger" preserve="true" />

// `app.metrics`, where an app registers what it measures itself.
import './observability/metrics.js'
// The route option `timeLimit`.
import './http/time-limit.js'
// `request.tour` and the route option `traced`.
import './tour/recorder.js'

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
export { closedSignal, NobodyWaits } from './http/answer-end.js'
export { type CallContext, callContext, contextFields, contextHeaders } from './http/call-context.js'
export { failure, failures, ok, Success } from './http/envelope.js'
export { isTooOften, SERVICE_ERRORS, ServiceError, type ServiceErrorCode } from './http/errors.js'
export type { Problem } from './http/problem.js'
export { decode, membersOf } from './labs/change.js'
export { type TokenLabOptions, tokenLab } from './labs/token-lab.js'
export { instanceName } from './observability/instance.js'
export { createFrame, type Frame, type FrameOptions } from './pages/frame.js'
export { pages, signedIn } from './pages/pages.js'
export type { Theme } from './pages/theme.js'
export { requireReachable, StartError, startService } from './start-service.js'
export { afterRestart, onStore, type SessionStrategiesOptions, sessionStrategies } from './stores/session-strategies.js'
export { type SharedNotes, sharedNotes } from './stores/shared-notes.js'
export { openSharedStore, type SharedStore } from './stores/shared-store.js'
export { newTour, readPlace, TOUR_TTL_SECONDS, type TourPlace } from './tour/cookie.js'
export type { Asked, TraceEvent } from './tour/event.js'
export { type TourCookies, type TourOptions, tourOf } from './tour/tour.js'
export { MAX_EVENTS, MAX_TOURS } from './tour/trace-rows.js'
export { createTraces, type Traces } from './tour/traces.js'
export { isUuid } from './uuid.js'
