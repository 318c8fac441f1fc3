import { hostname } from 'node:os'

/** The name of this process among its replicas. */
export const instanceName = (service: string): string => `${service}-${hostname()}-${process.pid}`
