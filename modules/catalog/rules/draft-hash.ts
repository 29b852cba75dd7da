import { createHash } from 'node:crypto'
import type { ProductDraft } from '../contract.ts'

/** Increase it when the stored form of products changes: the next import then rewrites every product. */
const FORM_VERSION = 2

/**
 * The hash of a normalised draft without its classes, which it may leave out to keep those of the product. Drafts with
 * equal hashes make the same product, except for these.
 */
export function draftHash({
  taxClass: _taxClass,
  shippingClass: _shippingClass,
  ...hashed
}: ProductDraft): string {
  return createHash('sha256')
    .update(`${FORM_VERSION}${JSON.stringify(hashed)}`)
    .digest('base64url')
}
