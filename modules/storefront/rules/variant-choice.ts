import type { Product, Variant } from '#modules/catalog/contract.ts'

/** The name of the form field with the chosen value of an option. */
export function optionField(optionName: string): string {
  return `option.${optionName}`
}

/**
 * The variant that a product form names, by its id or by one value for each option. Undefined if the form names none,
 * or an id or a combination that does not exist.
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

/** The variant that a product page shows by default: the first that is available, otherwise the first. */
export function firstVariant(product: Pick<Product, 'variants'>): Variant | undefined {
  return product.variants.find(({ available }) => available) ?? product.variants[0]
}

/**
 * Whether a variant with this value of the option, and with the chosen values of the other options, is available.
 * Options without a chosen value match every variant.
 */
export function canBuyValue(
  product: Pick<Product, 'options' | 'variants'>,
  optionName: string,
  value: string,
  chosen: Readonly<Record<string, string>>,
): boolean {
  const required = product.options
    .map(({ name }) => ({ name, value: name === optionName ? value : chosen[name] }))
    .filter((each) => each.value !== undefined && each.value !== '')
  return product.variants.some(
    ({ options, available }) => available && required.every((each) => options[each.name] === each.value),
  )
}
