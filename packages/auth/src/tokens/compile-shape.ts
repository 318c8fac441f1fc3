import { Ajv, type ValidateFunction } from 'ajv'

/** Does not validate schemas, which would add 50 ms to every start. TypeBox generates them, and Ajv still refuses unknown keywords. */
const ajv = new Ajv({ validateSchema: false })

/** Compiles a schema of this package into a function that returns whether a value matches it. */
export const compileShape = <Shape>(schema: object): ValidateFunction<Shape> => ajv.compile<Shape>(schema)
