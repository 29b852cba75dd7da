import type { Product, Variant } from '#modules/catalog/contract.ts'

/** Name of the form field that holds the chosen value of an option. */
export function optionField(optionName: string): string {
  return `option.${optionName}`
}

/**
 * The variant that a product form means: by its id, or by one value for each option. Undefined when the form
 * names none, an unknown one or a combination that is not made.
 */
export function chosenVariant(
  product: Pick<Product, 'options' | 'variants'>,
  fields: Readonly<Record<string, unknown>>,
): Variant | undefined {
  if (typeof fields.variantId === 'string') {
    return product.variants.find(({ id }) => id === fields.variantId)
  }
  if (product.options.length === 0) return product.variants[0]
  return product.variants.find(({ options }) =>
    product.options.every(
      ({ name }) => options[name] !== undefined && options[name] === fields[optionField(name)],
    ),
  )
}

/** The variant that a product page shows first: the first that can be bought, else the first. */
export function firstVariant(product: Pick<Product, 'variants'>): Variant | undefined {
  return product.variants.find(({ available }) => available) ?? product.variants[0]
}

/**
 * Whether this value of the option can be bought, together with what is chosen of the other options. One that is not
 * chosen yet stands in no way.
 */
export function canBuyValue(
  product: Pick<Product, 'options' | 'variants'>,
  optionName: string,
  value: string,
  chosen: Readonly<Record<string, string>>,
): boolean {
  const wanted = product.options
    .map(({ name }) => ({ name, value: name === optionName ? value : chosen[name] }))
    .filter((each) => each.value !== undefined && each.value !== '')
  return product.variants.some(
    ({ options, available }) => available && wanted.every((each) => options[each.name] === each.value),
  )
}
