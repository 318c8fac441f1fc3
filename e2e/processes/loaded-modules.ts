// Preloaded into a service: writes the URL of each loaded module to the file LOADED_MODULES.
import { appendFileSync } from 'node:fs'
import { register } from 'node:module'

const file = process.env.LOADED_MODULES ?? ''
const hooks = `
import { appendFileSync } from 'node:fs'
export async function load(url, context, next) {
  appendFileSync(${JSON.stringify(file)}, url + '\\n')
  return next(url, context)
}`
appendFileSync(file, '')
register(`data:text/javascript,${encodeURIComponent(hooks)}`)
