import { type ReadOptions, readShopifyProducts } from '../read-products.ts'
import type { RowProblem, ShopifyProduct } from '../reader-output.ts'
import { surveyRows } from '../survey-rows.ts'

export type ReadResult = { products: ShopifyProduct[]; problems: RowProblem[] }

/** Reads a whole file with prices in EUR. `file`: its text, its bytes or its chunks. */
export async function readAll(
  file: string | Uint8Array | (string | Uint8Array)[],
  options: Partial<ReadOptions> = {},
): Promise<ReadResult> {
  const result: ReadResult = { products: [], problems: [] }
  const chunks = Array.isArray(file) ? file : [file]
  const survey = await surveyRows(chunksOf(chunks))
  for await (const found of readShopifyProducts(chunksOf(chunks), survey, { currency: 'EUR', ...options })) {
    if (found.kind === 'product') result.products.push(found)
    else result.problems.push(found)
  }
  return result
}

/** A source that yields these chunks. */
export async function* chunksOf<Chunk>(chunks: Chunk[]): AsyncGenerator<Chunk> {
  yield* chunks
}
