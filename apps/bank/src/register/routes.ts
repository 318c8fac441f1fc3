import { randomUUID } from 'node:crypto'
import { AuthError } from '@signet/auth/verifier'
import { type App, apiRoute, closedSignal, ok, outcomeCounter, pageRoute, ServiceError } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import Type from 'typebox'
import { idOfForm, sessionIdOfForm } from '../form-key.js'
import { siteNetwork } from '../limits/network.js'
import type { BankOptions } from '../options.js'
import { counted } from '../outcomes.js'
import { FormText, Typed } from '../printable-text.js'
import { checkPassword } from '../sign-in/check-password.js'
import { ReturnTo, SignInFields, signInForms } from '../sign-in/forms.js'
import { foldUsername } from '../sign-in/rules.js'
import { claimPassword, findPerson } from '../sign-in/store.js'
import { RegisterPage } from './page.js'
import { asRegistered, type Registration, registrationProblems } from './rules.js'
import { createCustomer } from './store.js'

export interface RegistrationOptions extends Pick<BankOptions, 'db' | 'cookieScope' | 'bankUrl' | 'origins'> {
  /** Whether a new customer gets the opening balance that the database owner has set. */
  readonly grantsOpeningBalance: boolean
}

const NewCustomer = Type.Object(
  { username: Typed(256), name: Typed(256), password: Typed(1024) },
  { additionalProperties: false },
)
const RegisterForm = Type.Object({ username: FormText, name: FormText, password: FormText, ...SignInFields })

/** Returns the field that a refusal concerns, after each field has been checked. */
const FIELDS_REFUSED: Readonly<Record<string, keyof Registration>> = {
  username_taken: 'username',
  invalid_request: 'password',
}

export const registration = fastifyPlugin(registrationRoutes, {
  name: '@signet/bank-registration',
  dependencies: ['@signet/bank-sessions', '@signet/bank-passwords', '@signet/bank-limits'],
})

async function registrationRoutes(app: App, options: RegistrationOptions): Promise<void> {
  const { db, grantsOpeningBalance } = options
  const { passwords, attempts, userSessions } = app
  const registrations = outcomeCounter(app, 'registrations_total', 'Registrations by outcome', [
    'accepted',
    'username_taken',
    'invalid_request',
  ])
  const forms = signInForms(options)

  function register(registration: Registration, request: FastifyRequest, reply: FastifyReply, formKey?: string) {
    return counted(registrations, async () => {
      await attempts.countRegistration(request.ip, request.receivedAtMs)
      const { username, name, password } = asRegistered(registration)
      const waiting = { client: siteNetwork(request.ip), signal: closedSignal(reply) }
      const problem = await passwords.problem(password, [username, name], waiting)
      if (problem !== undefined) throw new ServiceError('invalid_request', problem)
      const passwordHash = await passwords.hash(password, waiting)
      const id = formKey === undefined ? randomUUID() : idOfForm(formKey, username)
      const person = await createCustomer(db, { id, username, name, passwordHash }, { grantsOpeningBalance })
      // As at a login, the sessions of this browser are revoked. They may be another user's.
      await userSessions.revokePresented(request)
      return userSessions.create(request, reply, person, { id: sessionIdOfForm(formKey, person.id) })
    })
  }

  /**
   * Signs in a user who repeats the form that opened their account, for example after a lost response. It counts as a login
   * and verifies the password. Returns false when another form opened the account or the password differs.
   */
  async function signInAgain(
    { username, password }: Registration,
    request: FastifyRequest,
    reply: FastifyReply,
    formKey: string,
  ) {
    const folded = foldUsername(username)
    if ((await findPerson(db, folded))?.id !== idOfForm(formKey, folded)) return false
    try {
      const person = await checkPassword({ db, closedUserIds: [] }, request, reply, { username, password })
      await userSessions.revokePresented(request)
      const id = sessionIdOfForm(formKey, person.id)
      await userSessions.create(request, reply, person, { id, claim: claimPassword(person) })
      return true
    } catch (error) {
      if (error instanceof AuthError && error.code === 'invalid_credentials') return false
      throw error
    }
  }

  async function registerOnce(
    registration: Registration,
    request: FastifyRequest,
    reply: FastifyReply,
    formKey?: string,
  ) {
    try {
      await register(registration, request, reply, formKey)
    } catch (error) {
      const mayBeOwn = formKey !== undefined && error instanceof ServiceError && error.code === 'username_taken'
      if (!mayBeOwn || !(await signInAgain(registration, request, reply, formKey))) throw error
    }
  }

  const opening = apiRoute('sign-in', 'register', 'Register as a customer', {
    auth: 'optional',
    security: [],
    description: 'Opens Checking and Savings, signs in, and returns the JWT.',
    body: NewCustomer,
    status: 201,
    data: Type.String({ description: 'The JWT' }),
    failed: [400, 403, 409, 413, 415, 429, 503],
  })
  app.post('/api/register', opening, async (request, reply) => {
    const problems = Object.values(registrationProblems(request.body))
    if (problems.length > 0) throw new ServiceError('invalid_request', problems.join(' '))
    const token = await register(request.body, request, reply)
    return reply.code(201).send(ok(token))
  })

  const empty = pageRoute({ auth: 'optional', querystring: Type.Object(ReturnTo) })
  app.get('/register', empty, async (request, reply) => {
    forms.begin(reply)
    return reply.page(RegisterPage({ frame: request.pageFrame(), returnTo: forms.target(request.query.return_to) }))
  })

  const form = pageRoute({ auth: 'optional', formOfAnyUser: true, body: RegisterForm })
  app.post('/register', form, async (request, reply) => {
    const { username, name } = request.body
    const again = { frame: request.pageFrame(), username, name }
    const problems = registrationProblems(request.body)
    if (Object.keys(problems).length > 0) {
      const returnTo = forms.target(request.body.return_to)
      return reply.code(400).page(RegisterPage({ ...again, returnTo, problems }))
    }
    return forms.submit(request, reply, {
      show: (returnTo, error) => RegisterPage({ ...again, returnTo, error }),
      signIn: async (formKey, returnTo) => {
        try {
          await registerOnce(request.body, request, reply, formKey)
          return undefined
        } catch (error) {
          const field = error instanceof ServiceError && FIELDS_REFUSED[error.code]
          if (!field) throw error
          reply.code(error.statusCode)
          return RegisterPage({ ...again, returnTo, problems: { [field]: error.message } })
        }
      },
    })
  })
}
