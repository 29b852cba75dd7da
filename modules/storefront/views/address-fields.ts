import { attributes, type Html, html } from '#runtime/html/html.ts'
import type { Address } from '#shared/address.ts'
import { type AddressPart, addressFormat } from '#shared/address-formats.ts'
import { addressLines } from '#shared/address-lines.ts'
import { countryName, isCountry } from '#shared/countries.ts'
import { errorOf, type FormState, selectField, textField } from './form-fields.ts'

export type Country = { code: string; name: string }

/**
 * The fields of a postal address, in the format of its country. Their names begin with `prefix`
 * (`shippingAddress.line1`), their autofill tokens with `group` (`shipping`). When the shopper chooses another country,
 * a script adapts the fields; without scripts the next response does.
 */
export function addressFields(
  form: FormState,
  options: { prefix?: string; group?: 'shipping' | 'billing'; countries: readonly Country[] },
): Html {
  const name = (member: keyof Address) => (options.prefix ? `${options.prefix}.${member}` : member)
  const token = (detail: string) => (options.group ? `${options.group} ${detail}` : detail)
  const chosen = form.values[name('country')] ?? ''
  const parts = addressParts(chosen)
  // A part that the country's addresses do not have is hidden, unless it has a value or an error.
  const part = (member: 'postalCode' | 'region') => ({
    label: parts[member].label,
    optional: parts[member].need === 'optional' || parts[member].need === 'none',
    required: parts[member].need === 'required',
    hidden: parts[member].need === 'none' && !form.values[name(member)] && !errorOf(form, name(member)),
    part: member,
  })
  const formats = JSON.stringify(formatsOf(options.countries))
  return html`<div class="fields"${attributes({ 'data-address-formats': formats })}>
${selectField(
  form,
  name('country'),
  { label: 'Country', autocomplete: token('country') },
  withChosen(options.countries, chosen).map(({ code, name: label }) => ({ value: code, label })),
)}
${textField(form, name('name'), { label: 'Full name', autocomplete: token('name'), maxlength: 200 })}
${textField(form, name('company'), { label: 'Company', autocomplete: token('organization'), optional: true, maxlength: 200 })}
${textField(form, name('line1'), { label: 'Street and number', autocomplete: token('address-line1'), maxlength: 200 })}
${textField(form, name('line2'), { label: 'Apartment, floor, etc.', autocomplete: token('address-line2'), optional: true, maxlength: 200 })}
${textField(form, name('postalCode'), { ...part('postalCode'), autocomplete: token('postal-code'), width: 'third', maxlength: 20 })}
${textField(form, name('city'), { label: 'Town or city', autocomplete: token('address-level2'), width: 'two-thirds', maxlength: 120 })}
${textField(form, name('region'), { ...part('region'), autocomplete: token('address-level1'), maxlength: 120 })}
${textField(form, name('phone'), { label: 'Phone', type: 'tel', inputmode: 'tel', autocomplete: token('tel'), optional: true, hint: 'Only for the carrier, for questions about your delivery', maxlength: 40 })}
</div>`
}

/** Adds a chosen country that the shop does not deliver to: it stays chosen, and the form's error says so. */
function withChosen(countries: readonly Country[], chosen: string): readonly Country[] {
  if (!isCountry(chosen) || countries.some(({ code }) => code === chosen)) return countries
  return [...countries, { code: chosen, name: countryName(chosen) }]
}

/** `maybe`: the country is not chosen yet. */
type Parts = Record<'postalCode' | 'region', { label: string; need: AddressPart['need'] | 'maybe' }>

function addressParts(country: string): Parts {
  const { postalCode, region } = addressFormat(country)
  const part = ({ name, need }: AddressPart) => ({
    label: name[0]!.toUpperCase() + name.slice(1),
    need: isCountry(country) ? need : ('maybe' as const),
  })
  return { postalCode: part(postalCode), region: part(region) }
}

/** The address formats, each with the codes of its countries. The first has `''`, for no chosen country. */
function formatsOf(countries: readonly Country[]): { countries: string[]; parts: Parts }[] {
  const formats = new Map<string, { countries: string[]; parts: Parts }>()
  for (const code of ['', ...countries.map((country) => country.code)]) {
    const parts = addressParts(code)
    const key = JSON.stringify(parts)
    const format = formats.get(key) ?? { countries: [], parts }
    format.countries.push(code)
    formats.set(key, format)
  }
  return [...formats.values()]
}

/** An address as text, line by line. */
export function addressForReading(address: Address): Html {
  const lines = [...addressLines(address), address.phone].filter(Boolean)
  return html`<address class="address">${lines.map((line) => html`${line}<br>`)}</address>`
}
