import { attributes, type Html, html } from '#runtime/html/html.ts'

/**
 * A field for a number of pieces, 1 to 999. The script adds buttons to decrease and increase it. Text that is not an
 * integer is shown in a text field, because a number field would show nothing.
 */
export function quantityField(
  id: string,
  label: string,
  quantity: string | number,
  options: { hideLabel?: boolean; name?: string; messageId?: string } = {},
): Html {
  const isNumber = /^(-?\d+)?$/.test(String(quantity))
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
