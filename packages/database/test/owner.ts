// A program of its own that runs an embedded server, for the tests that kill it. Argument: the folder.
import { startEmbeddedServer } from '../src/index.js'

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new TypeError('Name the folder')
const server = await startEmbeddedServer({ folder })
console.log(server.adminUrl)
