import { attributes, type Html, html } from '#runtime/html/html.ts'

/**
 * How many pieces, 1 to 999. The island adds buttons for one less and one more. What is no number is shown as it was typed,
 * in a field of text, as one of numbers would be empty.
 */
export function quantityField(
  id: string,
  label: string,
  quantity: string | number,
  options: { hideLabel?: boolean; name?: string; messageId?: string } = {},
): Html {
  const isNumber = /^-?\d*$/.test(String(quantity))
  const input = attributes({
    id,
    type: isNumber ? 'number' : 'text',
    name: options.name ?? 'quantity',
    value: String(quantity),
    ...(isNumber ? { min: '1', max: '999', step: '1' } : {}),
    inputmode: 'numeric',
    required: true,
    autocomplete: 'off',
    'aria-invalid': options.messageId ? 'true' : undefined,
    'aria-describedby': options.messageId,
  })
  return html`<div class="quantity"${attributes({ 'data-stepper': isNumber && '' })}><label${attributes({ for: id, class: options.hideLabel && 'visually-hidden' })}>${label}</label>
<input class="input"${input}></div>`
}
