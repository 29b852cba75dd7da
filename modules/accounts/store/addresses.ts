import type { Sql } from '#runtime/database/pool.ts'
import type { Address } from '#shared/address.ts'
import type { SavedAddress } from '../contract.ts'
import { MAX_ADDRESSES } from '../rules/limits.ts'

type AddressRow = { id: string; address: Address }

function toSavedAddress(row: AddressRow): SavedAddress {
  return { id: row.id, ...row.address }
}

/** The customer's addresses, oldest first. */
export async function listAddresses(sql: Sql, customerId: string): Promise<SavedAddress[]> {
  const rows = await sql<AddressRow[]>`
    select id, address from accounts.address where customer_id = ${customerId} order by id`
  return rows.map(toSavedAddress)
}

/** Adds an address. Returns undefined when the customer has MAX_ADDRESSES already. */
export async function insertAddress(
  sql: Sql,
  customerId: string,
  id: string,
  address: Address,
): Promise<SavedAddress | undefined> {
  const [row] = await sql<AddressRow[]>`
    with counted as (
      update accounts.customer set address_count = address_count + 1
      where id = ${customerId} and address_count < ${MAX_ADDRESSES}
      returning id
    )
    insert into accounts.address (id, customer_id, address)
    select ${id}, id, ${sql.json(address)} from counted
    returning id, address`
  return row && toSavedAddress(row)
}

/** Replaces an address. Returns undefined when the customer has no address with this id. */
export async function replaceAddress(
  sql: Sql,
  customerId: string,
  id: string,
  address: Address,
): Promise<SavedAddress | undefined> {
  const [row] = await sql<AddressRow[]>`
    update accounts.address set address = ${sql.json(address)}
    where id = ${id} and customer_id = ${customerId}
    returning id, address`
  return row && toSavedAddress(row)
}

export async function deleteAddress(sql: Sql, customerId: string, id: string): Promise<void> {
  await sql`
    with deleted as (
      delete from accounts.address where id = ${id} and customer_id = ${customerId} returning 1
    )
    update accounts.customer set address_count = address_count - 1
    where id = ${customerId} and exists (select from deleted)`
}

export async function deleteAddresses(sql: Sql, customerId: string): Promise<void> {
  await sql`
    with deleted as (delete from accounts.address where customer_id = ${customerId})
    update accounts.customer set address_count = 0 where id = ${customerId}`
}
