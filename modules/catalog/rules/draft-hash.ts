import { createHash } from 'node:crypto'
import type { ProductDraft } from '../contract.ts'

/** Increase it when the stored form of products changes: the next import then rewrites every product. */
const FORM_VERSION = 2

/** The hash of a normalised draft. Drafts with equal hashes make the same product. */
export function draftHash(normalised: ProductDraft): string {
  return createHash('sha256')
    .update(`${FORM_VERSION}${JSON.stringify(normalised)}`)
    .digest('base64url')
}
