/** The user in every peer's response to `GET /api/me`, as long as the services' own. */
export const PERSON = { id: 'ada0ada0-1815-4210-8a5e-00000000ada0', username: 'ada', name: 'Ada Lovelace' }

const sid = '7f3f8c1e-4c1a-4d7e-9a5b-2f6f0a3f9d11'

/** Claims of the peers' tokens without `iat` and `exp`, of the same size as the bank's. */
export const CLAIMS = {
  ...PERSON,
  iss: 'http://bank.signet.localhost:3001',
  client_id: 'bank',
  aud: ['http://bank.signet.localhost:3001', 'http://retirement.signet.localhost:3002'],
  sub: PERSON.id,
  sid,
  jti: 'N3hVb2pQd2xXc0RrZmFqZA',
  auth_time: 1_800_000_000,
  amr: ['pwd'],
  status: { status_list: { idx: 41, uri: 'http://bank.signet.localhost:3001/status-lists/0' } },
}

export const meResponse = ({ id, username, name }, strategy) => ({
  status: 'ok',
  data: {
    id,
    username,
    name,
    strategy,
    sid,
    expiresAt: '2030-01-01T00:00:00.000Z',
    service: 'peer',
    instance: `peer-${process.pid}`,
  },
})

const text = { type: 'string' }
const members = ['id', 'username', 'name', 'strategy', 'sid', 'expiresAt', 'service', 'instance']

/** The response schema, for the peers on Fastify. The services have one too. */
export const meSchema = {
  response: {
    200: {
      type: 'object',
      required: ['status', 'data'],
      properties: {
        status: text,
        data: {
          type: 'object',
          required: members,
          properties: Object.fromEntries(members.map((member) => [member, text])),
        },
      },
    },
  },
}

/** Sends the port to the parent process. */
export const listening = (port, more = {}) => process.send({ port, ...more })
