/** What tells a product's variants apart. */
export interface VariantKey {
  sku: string | null
  optionValues: readonly string[]
}

/**
 * Finds for each variant of a draft the existing variant that it is, withdrawn ones included, so that its id stays: the
 * one with its SKU, else the one with its option values. Answers, in the drafts' order, an existing one or undefined;
 * no existing one twice.
 */
export function matchVariants<Existing extends VariantKey>(
  existing: readonly Existing[],
  drafts: readonly VariantKey[],
): (Existing | undefined)[] {
  const free = new Set(existing)
  const matches: (Existing | undefined)[] = drafts.map(() => undefined)
  // The surest matches first: a SKU may stand at several variants, and options may change their values.
  for (const key of [keyOfBoth, keyOfSku, keyOfOptions]) {
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

function keyOfSku(variant: VariantKey): string | undefined {
  return variant.sku ?? undefined
}

function keyOfOptions(variant: VariantKey): string | undefined {
  return JSON.stringify(variant.optionValues)
}
