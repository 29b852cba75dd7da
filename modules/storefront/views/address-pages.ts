import type { SavedAddress } from '#modules/accounts/contract.ts'
import { type Html, html } from '#runtime/html/html.ts'
import { isolateBidi } from '#shared/isolate-bidi.ts'
import { addressFields, addressForReading, type Country } from './address-fields.ts'
import { breadcrumbs } from './breadcrumbs.ts'
import { type FormState, formTitle, withErrorSummary } from './form-fields.ts'
import { links } from './links.ts'
import type { PageContent } from './page-content.ts'

const account = { href: links.account, title: 'Account' }

export type AddressesPageProps = {
  addresses: readonly SavedAddress[]
  countries: readonly Country[]
  /** The fields of a new address. */
  form: FormState
}

/** The customer's addresses, and a form to add another one. */
export function addressesPage({ addresses, countries, form }: AddressesPageProps): PageContent {
  return {
    title: formTitle('Addresses', form),
    personal: true,
    body: html`<div class="width">${breadcrumbs([account], 'Addresses')}<h1>Addresses</h1>
${withErrorSummary(
  form,
  html`${addresses.length > 0 && html`<ul class="address-list">${addresses.map((address) => addressCard(address))}</ul>`}
<section class="narrow-form" aria-labelledby="new-address-title"><h2 id="new-address-title">${addresses.length > 0 ? 'Add another address' : 'Add an address'}</h2>
<form class="form" action="${links.addresses}" method="post" novalidate>${addressFields(form, { countries })}
<div class="step-buttons"><button class="button" type="submit">Save address</button></div></form></section>`,
)}</div>`,
  }
}

function addressCard(address: SavedAddress): Html {
  const description = `${isolateBidi(address.name)}, ${isolateBidi(address.line1)}`
  return html`<li class="panel">${addressForReading(address)}<div class="row"><a class="button button-quiet" href="${links.address(address.id)}">Edit<span class="visually-hidden"> the address ${description}</span></a><form action="${links.removeAddress(address.id)}" method="post"><button class="link-button" type="submit">Remove<span class="visually-hidden"> the address ${description}</span></button></form></div></li>`
}

export type AddressPageProps = { addressId: string; countries: readonly Country[]; form: FormState }

/** A form to change one address. */
export function addressPage({ addressId, countries, form }: AddressPageProps): PageContent {
  return {
    title: formTitle('Edit address', form),
    personal: true,
    body: html`<div class="width">${breadcrumbs([account, { href: links.addresses, title: 'Addresses' }], 'Edit')}
<div class="narrow-form"><h1>Edit address</h1>
${withErrorSummary(
  form,
  html`<form class="form" action="${links.address(addressId)}" method="post" novalidate>${addressFields(form, { countries })}
<div class="step-buttons"><button class="button" type="submit">Save address</button><a class="quiet-link" href="${links.addresses}">Cancel</a></div></form>`,
)}</div></div>`,
  }
}
