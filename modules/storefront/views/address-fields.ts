import { type Html, html } from '#runtime/http/html.ts'
import type { Address } from '#shared/address.ts'
import { type FormState, selectField, textField } from './form-fields.ts'

export type Country = { code: string; name: string }

/**
 * The fields of a postal address. Their names begin with `prefix` (`shippingAddress.line1`), their autofill tokens
 * with `group` (`shipping`).
 */
export function addressFields(
  form: FormState,
  options: { prefix?: string; group?: 'shipping' | 'billing'; countries: readonly Country[] },
): Html {
  const name = (member: keyof Address) => (options.prefix ? `${options.prefix}.${member}` : member)
  const token = (detail: string) => (options.group ? `${options.group} ${detail}` : detail)
  return html`<div class="fields">
${textField(form, name('name'), { label: 'Full name', autocomplete: token('name'), maxlength: 200 })}
${textField(form, name('company'), { label: 'Company', autocomplete: token('organization'), optional: true, maxlength: 200 })}
${textField(form, name('line1'), { label: 'Street and number', autocomplete: token('address-line1'), maxlength: 200 })}
${textField(form, name('line2'), { label: 'Flat, floor or other', autocomplete: token('address-line2'), optional: true, maxlength: 200 })}
${textField(form, name('postalCode'), { label: 'Postal code', autocomplete: token('postal-code'), width: 'third', maxlength: 20 })}
${textField(form, name('city'), { label: 'Town or city', autocomplete: token('address-level2'), width: 'two-thirds', maxlength: 120 })}
${textField(form, name('region'), { label: 'State or region', autocomplete: token('address-level1'), optional: true, width: 'half', maxlength: 120 })}
${selectField(
  form,
  name('country'),
  { label: 'Country', autocomplete: token('country'), width: 'half' },
  options.countries.map(({ code, name: label }) => ({ value: code, label })),
)}
${textField(form, name('phone'), { label: 'Phone', type: 'tel', inputmode: 'tel', autocomplete: token('tel'), optional: true, hint: 'For the carrier only, if they cannot find you', maxlength: 40 })}
</div>`
}

/** An address for reading, a line each. */
export function addressLines(address: Address, countries: readonly Country[]): Html {
  const { name, company, line1, line2, postalCode, city, region, country, phone } = address
  const countryName = countries.find(({ code }) => code === country)?.name ?? country
  const lines = [name, company, line1, line2, `${postalCode} ${city}`, region, countryName, phone]
  return html`<address class="address">${lines.filter(Boolean).map((line) => html`${line}<br>`)}</address>`
}
