/** Sets `INSURANCE_URL` for a service when the Compose profile `insurance` has written it. Loaded with `node --import`. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const file = join(dirname(process.env.JWT_SECRET_FILE), 'insurance-url')
if (existsSync(file)) process.env.INSURANCE_URL = readFileSync(file, 'utf8').trim()
