import type { Product, Variant } from '#modules/catalog/contract.ts'
import { attributes, type Html, html } from '#runtime/html/html.ts'
import { formatMoney } from '#shared/money.ts'
import { canBuyValue, optionField } from '../rules/variant-choice.ts'
import { icons } from './icons.ts'
import { links } from './links.ts'
import { price } from './price.ts'
import { quantityField } from './quantity-field.ts'

export interface ProductFormProps {
  product: Product
  /** The chosen variant; undefined if no variant has the chosen values. */
  variant: Variant | undefined
  /** The chosen values by option name: the variant's, or the submitted ones if no variant has them. */
  chosen: Readonly<Record<string, string>>
  /** A number, or what the shopper typed if that was refused. */
  quantity: number | string
  /** Why the quantity was refused; undefined if it was not. */
  quantityMessage?: string | undefined
  /** Whether inventory answers now. Only then may the form show `In stock`. */
  stockKnown: boolean
}

/**
 * The price, the choice of a variant, the quantity and the button. A product with one option has a list of variants
 * (`variantId`). A product with several options has a group for each (`option.<name>`), from which the server finds the
 * variant, and a button that shows the price of the combination. `data-variants` lets the script do this without a
 * request.
 */
export function productForm(props: ProductFormProps): Html {
  const { product, variant, chosen, quantity, quantityMessage, stockKnown } = props
  const soldOut = product.variants.every(({ available }) => !available)
  const several = product.options.length > 1
  const data = attributes({
    'data-variants': product.variants.length > 1 && JSON.stringify(scriptData(product)),
    'data-in-stock': inStockText(stockKnown),
    'data-stock-known': stockKnown,
  })
  return html`<form class="product-form" action="${links.addToCart}" method="post"${data}>
<input type="hidden" name="handle" value="${product.handle}">
<div class="product-price" data-price aria-live="polite">${variant ? price(variant.price, { before: variant.compareAtPrice }) : price(product.price, { from: product.priceVaries })}</div>
${several ? product.options.map((option) => optionGroup(product, option, chosen)) : variantChoice(product, variant)}
${several && html`<button class="button button-quiet" type="submit" formmethod="get" formaction="${links.product(product.handle)}" data-without-script>Check price and stock</button>`}
<p class="stock" data-stock aria-live="polite">${stockText(variant, soldOut, stockKnown)}</p>
${
  !soldOut &&
  html`${quantityMessage && html`<p class="field-error" id="${QUANTITY_ERROR}">${icons.warning}<span class="visually-hidden">Error: </span>${quantityMessage}</p>`}
<div class="buy-row">${quantityField('product-quantity', 'Quantity', quantity, quantityMessage ? { messageId: QUANTITY_ERROR } : {})}
<button class="button button-large" type="submit" data-buy>Add to cart</button></div>`
}
</form>`
}

const QUANTITY_ERROR = 'product-quantity-error'

function stockText(variant: Variant | undefined, soldOut: boolean, stockKnown: boolean): Html {
  if (soldOut) return html`<span class="stock-none">Sold out.</span> Please check back later.`
  if (variant === undefined) return html`<span class="stock-none">Not available in this combination</span>`
  if (!variant.available) return html`<span class="stock-none">This option is sold out</span>`
  // Unlimited stock needs no check.
  if (variant.stockTracked === false) return html`<span class="stock-some">${ALWAYS_AVAILABLE}</span>`
  return html`<span class="${stockKnown ? 'stock-some' : 'stock-unknown'}">${inStockText(stockKnown)}</span>`
}

const ALWAYS_AVAILABLE = 'Always available'

/** The text for a variant with limited stock that is in stock according to the catalog. The script shows it, too. */
function inStockText(stockKnown: boolean): string {
  return stockKnown ? 'In stock' : 'We cannot check stock right now'
}

function variantChoice(product: Product, chosen: Variant | undefined): Html {
  const [only] = product.variants
  if (product.variants.length === 1 && only) {
    return html`<input type="hidden" name="variantId" value="${only.id}">`
  }
  return html`<fieldset class="options"><legend>${product.options[0]?.name ?? 'Option'}</legend><div class="option-values">${product.variants.map(
    (variant, index) =>
      optionValue({
        id: `variant-${index + 1}`,
        name: 'variantId',
        value: variant.id,
        text: variant.title,
        aside: product.priceVaries ? formatMoney(variant.price) : undefined,
        checked: variant.id === chosen?.id,
        available: variant.available,
      }),
  )}</div></fieldset>`
}

function optionGroup(
  product: Product,
  { name, values }: Product['options'][number],
  chosen: Readonly<Record<string, string>>,
): Html {
  const group = product.options.findIndex((option) => option.name === name) + 1
  return html`<fieldset class="options"><legend>${name}</legend><div class="option-values">${values.map(
    (value, index) =>
      optionValue({
        id: `option-${group}-${index + 1}`,
        name: optionField(name),
        value,
        text: value,
        aside: undefined,
        checked: chosen[name] === value,
        available: canBuyValue(product, name, value, chosen),
      }),
  )}</div></fieldset>`
}

type OptionValue = {
  id: string
  name: string
  value: string
  text: string
  aside: string | undefined
  checked: boolean
  available: boolean
}

function optionValue({ id, name, value, text, aside, checked, available }: OptionValue): Html {
  const radio = attributes({ id, name, value, checked, required: true })
  return html`<input class="option-radio" type="radio"${radio}><label class="option-value${available ? '' : ' option-value-sold-out'}" for="${id}"><span>${text}</span>${
    aside && html`<span class="option-aside">${aside}</span>`
  }<span${attributes({ class: 'visually-hidden', 'data-sold-out': true, hidden: available })}>, sold out</span></label>`
}

/** The data that the script shows for each variant, with option values in the order of their groups. */
function scriptData({ options, variants }: Product) {
  return variants.map(({ id, options: values, price: now, compareAtPrice, available, stockTracked }) => ({
    id,
    values: options.map(({ name }) => values[name]),
    price: formatMoney(now),
    before: compareAtPrice && compareAtPrice.amount > now.amount ? formatMoney(compareAtPrice) : undefined,
    available,
    stock: stockTracked === false ? ALWAYS_AVAILABLE : undefined,
  }))
}
