import { root } from './world.js'

/** Imports a compiled file of a workspace that its package does not export, by its path in the repository. */
export const importBuilt = <Module>(path: string): Promise<Module> => import(`${root}${path}`)
