/** What every peer answers `GET /api/me` with: as long as the services' own. */
export const PERSON = { id: 'ada0ada0-1815-4210-8a5e-00000000ada0', username: 'ada', name: 'Ada Lovelace' }

const sid = '7f3f8c1e-4c1a-4d7e-9a5b-2f6f0a3f9d11'

/** What the peers' tokens say beside `iat` and `exp`: as much as the bank's own, so that all read and check as many bytes. */
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

export const meAnswer = ({ id, username, name }, strategy) => ({
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

/** The schema of that answer, for the peers on Fastify: the services have one too. */
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

/** Tells whoever started this process where it listens. */
export const listening = (port, more = {}) => process.send({ port, ...more })
