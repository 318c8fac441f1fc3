import { readAssets } from '@signet/ui'

/** Style sheets and scripts of the demo. The path is relative to the compiled file in `dist/src/`. */
export const demoAssets = readAssets(new URL('../../assets/', import.meta.url))

/** Returns the URL of an asset. */
export const demoAssetUrl = demoAssets.urlOf
