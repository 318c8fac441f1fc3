import { Ajv, type ValidateFunction } from 'ajv'

/** Checking our own schemas would cost 50 ms at every start. TypeBox wrote them, and Ajv still refuses keywords it does not know. */
const ajv = new Ajv({ validateSchema: false })

/** Compiles a schema of this package into a function that says whether a value has its shape. */
export const compileShape = <Shape>(schema: object): ValidateFunction<Shape> => ajv.compile<Shape>(schema)
