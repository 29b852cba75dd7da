const MAX_SLUG_LENGTH = 200

/** Makes the part of an address that names a category: `Men's Shoes` becomes `mens-shoes`; `''` when nothing is left. */
export function slug(text: string): string {
  return (
    text
      .normalize('NFD')
      // In most scripts an accent is part of its letter; only Latin ones are commonly left out of addresses.
      .replace(/(\p{Script=Latin})\p{M}+/gu, '$1')
      .normalize('NFC')
      .toLowerCase()
      .replace(/['’]/g, '')
      .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
      .slice(0, MAX_SLUG_LENGTH)
      .replace(/^-|-$|[\ud800-\udbff]$/g, '')
  )
}
