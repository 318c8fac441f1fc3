// Authentication as in tutorials: Express, cookie-parser, jsonwebtoken with a secret in a string.
import cookieParser from 'cookie-parser'
import express from 'express'
import jwt from 'jsonwebtoken'
import { CLAIMS, listening, meResponse } from '../response.mjs'

const app = express()
app.use(express.json())
app.use(cookieParser())
app.post('/login', (_request, response) => {
  response.cookie('token', jwt.sign(CLAIMS, process.env.PEER_SECRET, { expiresIn: '1h' }), { httpOnly: true })
  response.json({ status: 'ok' })
})
app.get(
  '/api/me',
  (request, response, next) => {
    try {
      request.user = jwt.verify(request.cookies.token, process.env.PEER_SECRET)
      next()
    } catch {
      response.status(401).json({ status: 'error' })
    }
  },
  (request, response) => response.json(meResponse(request.user, 'jwt')),
)
const server = app.listen(0, '127.0.0.1', () => listening(server.address().port))
