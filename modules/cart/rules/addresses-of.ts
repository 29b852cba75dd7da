import type { Address } from '#shared/address.ts'
import type { Contact } from '../contract.ts'

/** The addresses of a contact by the JSON Pointer to each, as ADDRESS_INVALID names them. */
export function addressesOf({
  shippingAddress,
  billingAddress,
}: Omit<Contact, 'email'>): Record<string, Address | undefined> {
  return { '/shippingAddress': shippingAddress, '/billingAddress': billingAddress }
}
