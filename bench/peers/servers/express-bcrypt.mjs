// A login as in tutorials: Express, bcrypt with ten rounds, a token in a cookie.
import bcrypt from 'bcrypt'
import express from 'express'
import jwt from 'jsonwebtoken'
import { listening, PERSON } from '../response.mjs'

const people = new Map([['ada', { ...PERSON, hash: await bcrypt.hash('analytical-engine', 10) }]])
const app = express()
app.use(express.json())
app.post('/api/login', async (request, response) => {
  const { hash, ...person } = people.get(request.body.username) ?? {}
  if (!hash || !(await bcrypt.compare(request.body.password, hash))) {
    return response.status(401).json({ status: 'error' })
  }
  const token = jwt.sign(person, process.env.PEER_SECRET, { expiresIn: '1h' })
  return response.cookie('token', token, { httpOnly: true }).json({ status: 'ok', data: token })
})
const server = app.listen(0, '127.0.0.1', () => listening(server.address().port))
