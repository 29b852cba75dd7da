import { readPage, type SortKey } from '#shared/page.ts'
import type { Handles } from '../needs.ts'
import { listSavedProducts as list } from '../store/saved-products.ts'

const byNumber: SortKey<{ number: number }, number> = {
  of: ({ number }) => number,
  is: (value): value is number => Number.isSafeInteger(value),
}

export const listSavedProducts: Handles<'listSavedProducts'> = async (input, context) => {
  const { published } = input
  const page = await readPage(['saved products', published], input, byNumber, (before, rows) =>
    list(context.sql, { published, before, rows }),
  )
  if (!page)
    throw context.fail(
      'INVALID_CURSOR',
      'Cannot use this cursor: pass the `nextCursor` of the previous page of this list',
    )
  return {
    ...page,
    items: page.items.map(({ id: productId, number: _number, updatedAt, ...product }) => ({
      productId,
      ...product,
      updatedAt: updatedAt.toISOString(),
    })),
  }
}
