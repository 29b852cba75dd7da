/** What tells a product's variants apart. */
export interface VariantKey {
  sku: string | null
  optionValues: readonly string[]
}

/**
 * Finds for each variant of a draft the existing variant that it is, withdrawn ones included, so that its id stays: the
 * one with its SKU, if that is the SKU of one only, else the one with its option values. Answers, in the drafts' order, an existing one or undefined;
 * no existing one twice.
 */
export function matchVariants<Existing extends VariantKey>(
  existing: readonly Existing[],
  drafts: readonly VariantKey[],
): (Existing | undefined)[] {
  const free = new Set(existing)
  const matches: (Existing | undefined)[] = drafts.map(() => undefined)
  const sharedSkus = new Set([...repeated(existing), ...repeated(drafts)])
  // The surest matches first. A SKU that stands at several variants tells none from another; and options may change
  // their values.
  for (const key of [keyOfBoth, (variant: VariantKey) => ownSku(variant, sharedSkus), keyOfOptions]) {
    const candidates = Map.groupBy(free, key)
    for (const [index, draft] of drafts.entries()) {
      const wanted = key(draft)
      if (matches[index] || wanted === undefined) continue
      const match = candidates.get(wanted)?.shift()
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

function ownSku({ sku }: VariantKey, shared: ReadonlySet<string>): string | undefined {
  return sku === null || shared.has(sku) ? undefined : sku
}

/** SKUs that several of these variants have. */
function repeated(variants: readonly VariantKey[]): string[] {
  const skus = variants.flatMap(({ sku }) => sku ?? [])
  const seen = new Set<string>()
  return skus.filter((sku) => seen.size === seen.add(sku).size)
}

function keyOfOptions(variant: VariantKey): string | undefined {
  return JSON.stringify(variant.optionValues)
}
