/** The members that identify a variant of a product. */
export interface VariantKey {
  sku: string | null
  optionValues: readonly string[]
}

/**
 * Finds for each variant of a draft the existing one, so that its id does not change. Existing variants include
 * withdrawn ones. It matches first SKU and option values together, then a SKU that occurs once, then the option values.
 * Returns, in the order of the drafts, an existing variant or undefined, and no existing variant twice.
 */
export function matchVariants<Existing extends VariantKey>(
  existing: readonly Existing[],
  drafts: readonly VariantKey[],
): (Existing | undefined)[] {
  const free = new Set(existing)
  const matches: (Existing | undefined)[] = drafts.map(() => undefined)
  const sharedSkus = new Set([...repeated(existing), ...repeated(drafts)])
  // The most reliable keys first: several variants may share a SKU, and option values may change
  for (const key of [keyOfBoth, (variant: VariantKey) => uniqueSku(variant, sharedSkus), keyOfOptions]) {
    const candidates = Map.groupBy(free, key)
    for (const [index, draft] of drafts.entries()) {
      const draftKey = key(draft)
      if (matches[index] || draftKey === undefined) continue
      const match = candidates.get(draftKey)?.shift()
      if (match === undefined) continue
      matches[index] = match
      free.delete(match)
    }
  }
  return matches
}

function keyOfBoth(variant: VariantKey): string | undefined {
  return JSON.stringify([variant.sku, variant.optionValues])
}

function uniqueSku({ sku }: VariantKey, shared: ReadonlySet<string>): string | undefined {
  return sku === null || shared.has(sku) ? undefined : sku
}

/** The SKUs that several of these variants have. */
function repeated(variants: readonly VariantKey[]): string[] {
  const skus = variants.flatMap(({ sku }) => sku ?? [])
  const seen = new Set<string>()
  return skus.filter((sku) => seen.size === seen.add(sku).size)
}

function keyOfOptions(variant: VariantKey): string | undefined {
  return JSON.stringify(variant.optionValues)
}
