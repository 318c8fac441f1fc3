import { readAssets } from '@signet/ui'

/** Style sheets and scripts of the demo. The path is right for the compiled file in `dist/src/`. */
export const demoAssets = readAssets(new URL('../../assets/', import.meta.url))

/** The address of one of them. */
export const demoAssetUrl = demoAssets.urlOf
