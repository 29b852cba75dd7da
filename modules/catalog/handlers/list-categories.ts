import type { Handles } from '../needs.ts'
import { readCategories } from '../store/read-product.ts'

export const listCategories: Handles<'listCategories'> = async (_input, context) => {
  return { items: await readCategories(context.sql) }
}
