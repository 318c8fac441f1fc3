// Preloaded into a service: writes the URL of each loaded module to the file LOADED_MODULES.
import { appendFileSync } from 'node:fs'
import { register } from 'node:module'

const hooks = `
import { appendFileSync } from 'node:fs'
export async function load(url, context, next) {
  appendFileSync(${JSON.stringify(process.env.LOADED_MODULES)}, url + '\\n')
  return next(url, context)
}`
appendFileSync(process.env.LOADED_MODULES, '')
register(`data:text/javascript,${encodeURIComponent(hooks)}`)
