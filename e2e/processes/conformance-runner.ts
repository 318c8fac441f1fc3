import { importBuilt } from './import-built.js'

/** Imports the runner of `npm run conformance`. */
export const conformanceRunner = async () => ({
  ...(await importBuilt<typeof import('../../packages/auth/dist/conformance/runner/conform.js')>(
    'packages/auth/dist/conformance/runner/conform.js',
  )),
  ...(await importBuilt<typeof import('../../packages/auth/dist/conformance/runner/options.js')>(
    'packages/auth/dist/conformance/runner/options.js',
  )),
})
