import type { Address } from '#shared/address.ts'
import type { Contact } from '../contract.ts'

/** The addresses of a contact, by the JSON Pointers with which the fields of ADDRESS_INVALID begin. */
export function addressesOf({
  shippingAddress,
  billingAddress,
}: Omit<Contact, 'email'>): Record<string, Address | undefined> {
  return { '/shippingAddress': shippingAddress, '/billingAddress': billingAddress }
}
