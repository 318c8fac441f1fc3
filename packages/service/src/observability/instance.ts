import { hostname } from 'node:os'

/** Returns the name of this process, unique among its replicas. */
export const instanceName = (service: string): string => `${service}-${hostname()}-${process.pid}`
