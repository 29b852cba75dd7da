import { attributes, type Html, html } from '#runtime/http/html.ts'

/** How many pieces, 1 to 999. The island adds buttons for one less and one more. */
export function quantityField(
  id: string,
  label: string,
  quantity: number,
  options: { hideLabel?: boolean } = {},
): Html {
  return html`<div class="quantity" data-stepper><label${attributes({ for: id, class: options.hideLabel && 'visually-hidden' })}>${label}</label>
<input class="input" id="${id}" type="number" name="quantity" value="${quantity}" min="1" max="999" step="1" inputmode="numeric" required autocomplete="off"></div>`
}
