import { Ajv } from 'ajv'
import Type, { type Static } from 'typebox'

const Me = Type.Object({
  data: Type.Object({
    name: Type.String({ maxLength: 256 }),
    username: Type.String({ maxLength: 256 }),
    instance: Type.String({ maxLength: 128 }),
  }),
})
const Refusal = Type.Object({ error: Type.String({ maxLength: 512 }), code: Type.String({ maxLength: 64 }) })
const ajv = new Ajv({ validateSchema: false })
const isMe = ajv.compile<Static<typeof Me>>(Me)
const isRefusal = ajv.compile<Static<typeof Refusal>>(Refusal)

/** Reads the response to `GET /api/me`: the user, or the refusal. Both are null for any other JSON. Throws for text that is no JSON. */
export function readMe(text: string) {
  const answer: unknown = JSON.parse(text)
  return { me: isMe(answer) ? answer.data : null, refusal: isRefusal(answer) ? answer : null }
}
