import { Type } from 'typebox'

const PATTERN = '^[a-z0-9-]{1,40}$'

/** Schema of the name of a class of products: those with the same tax rates, or with the same shipping rules. */
export const ClassName = Type.String({ pattern: PATTERN, description: 'a class of products' })

const className = new RegExp(PATTERN)

/** Whether a text can be the name of a class of products. */
export function isClassName(text: string): boolean {
  return className.test(text)
}
