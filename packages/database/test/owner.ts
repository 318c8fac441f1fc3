// A program that runs an embedded server, for tests that kill it. Argument: the folder.
import { startEmbeddedServer } from '../src/index.js'

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new TypeError('Name the folder')
const server = await startEmbeddedServer({ folder })
console.log(server.adminUrl)
