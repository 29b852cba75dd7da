import { createHash } from 'node:crypto'
import type { ProductDraft } from '../contract.ts'

/** To be raised when what is stored of a draft changes: then the next import writes every product anew. */
const FORM = 2

/** Tells settled drafts apart: equal ones make the same product. */
export function draftHash(settled: ProductDraft): string {
  return createHash('sha256')
    .update(`${FORM}${JSON.stringify(settled)}`)
    .digest('base64url')
}
