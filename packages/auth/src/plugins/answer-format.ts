import type { TSchema } from 'typebox'

/** How a product wraps and describes the JSON of the routes in this package. Its error handler sends the failures. */
export interface AnswerFormat {
  /** Wraps the data of a success. */
  ok(data: unknown): unknown
  /** Returns the schema of a success from the schema of its data. */
  success(data: TSchema): TSchema
  /** Returns the schemas of failures by status, for an OpenAPI description. */
  failures(...statuses: readonly number[]): Readonly<Record<number, TSchema>>
}

/** Sends the data as it is, and describes no failures. */
export const plainAnswers: AnswerFormat = { ok: (data) => data, success: (data) => data, failures: () => ({}) }
