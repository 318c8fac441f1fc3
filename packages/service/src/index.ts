// Route schemas use members that this plugin adds to Fastify's types, also in packages that import this one.
/// <reference types="@fastify/swagger" preserve="true" />

// `app.methodIndex`, the routes of an app.
import './http/error-answers.js'
// `app.metrics`, the registry for an app's own metrics.
import './observability/metrics.js'
// `app.notifyUser`.
import './http/session-events.js'
// `app.apiSecuritySchemes`.
import './pages/api-docs.js'
// `app.assetFolders`.
import './pages/assets.js'
// The route option `formOfAnyUser`.
import './pages/form-user.js'
// `app.statusLists`.
import './observability/sign-out-propagation.js'

export { isUuid } from '@signet/auth/verifier'
export {
  type CommonConfig,
  checkCommon,
  commonSchema,
  cookieDomainOf,
  cookieScopeOf,
  publicOriginsOf,
  readDemo,
  SECRET_VARIABLES,
} from './config/common.js'
export { ConfigError, type Environment, readConfig, type Values } from './config/read.js'
export { atLeastOne, countUpTo, fileOf, httpUrl, secrets } from './config/validators.js'
export { createService } from './create-service.js'
export { ClientDisconnected, closedSignal } from './http/answer-end.js'
export { answers, apiRoute, failures, ok, Success } from './http/api-route.js'
export { isTooOften, SERVICE_ERRORS, ServiceError } from './http/errors.js'
export type { App } from './http/server.js'
export { addCounter, addGauge, instanceName, outcomeCounter } from './observability/metrics.js'
export { type CallContext, callContext, contextFields, contextHeaders } from './observability/trace-context.js'
export { type PagePart, pageRoute, renderParts, signedIn, timeOf } from './pages/pages.js'
export { requireReachable, StartError, startService } from './start-service.js'
export { sessionStrategies, sharedSessionStore } from './stores/session-strategies.js'
export { openSharedStore, type RedisClient, type SharedStore } from './stores/shared-store.js'
