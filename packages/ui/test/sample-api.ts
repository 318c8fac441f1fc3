/** A small OpenAPI document with every kind of element that the page shows. */
export const sampleApi = {
  openapi: '3.1.0',
  info: { title: 'Signet Bank', version: '0.1.0' },
  paths: {
    '/api/login': {
      post: {
        tags: ['Sign-in'],
        summary: 'Sign in',
        description: 'Answers with a JWT and sets the cookies.',
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['username', 'password'],
                properties: {
                  username: { type: 'string', minLength: 3, maxLength: 32, examples: ["o'hara"] },
                  password: { type: 'string', description: 'Between 15 and 128 characters.' },
                  strategy: { anyOf: [{ const: 'jwt' }, { const: 'session' }], default: 'jwt' },
                },
              },
            },
          },
        },
        responses: {
          200: { description: 'Signed in', content: { 'application/json': { schema: { type: 'string' } } } },
          401: {
            description: 'Wrong username or password',
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  required: ['status', 'error', 'code'],
                  properties: { status: { const: 'error' }, error: { type: 'string' }, code: { type: 'string' } },
                },
              },
            },
          },
        },
      },
    },
    '/api/accounts/{id}/entries': {
      get: {
        tags: ['Accounts'],
        summary: 'Entries of an account, newest first',
        security: [{ cookie: [] }],
        parameters: [
          { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
          { name: 'cursor', in: 'query', schema: { type: 'string' } },
        ],
        responses: {
          200: {
            description: 'One page',
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  required: ['entries'],
                  properties: {
                    entries: {
                      type: 'array',
                      items: {
                        type: 'object',
                        required: ['id', 'amount'],
                        properties: {
                          id: { type: 'string' },
                          amount: { type: 'integer', description: 'Signed, in minor units.' },
                        },
                      },
                    },
                    next: { type: ['string', 'null'] },
                  },
                },
              },
            },
          },
        },
      },
    },
    '/api/sessions/{id}': {
      delete: {
        tags: ['Sign-in'],
        summary: 'End one session',
        security: [{ cookie: [] }],
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        responses: { 200: { description: 'Ended' } },
      },
    },
  },
}
