import type { Sql } from '#runtime/database/pool.ts'

/** Whether the device token is not expired and belongs to the confirmed account of this email address. */
export async function isKnownDevice(
  sql: Sql,
  tokenHash: Buffer,
  emailKey: string,
  now: Date,
): Promise<boolean> {
  const [row] = await sql<{ known: boolean }[]>`
    select exists (
      select from accounts.device join accounts.customer on customer.id = device.customer_id
      where device.token_hash = ${tokenHash} and device.expires_at > ${now} and customer.email_key = ${emailKey}
        and customer.verified_at is not null) as known`
  return row!.known
}

export async function insertDevice(
  sql: Sql,
  device: { tokenHash: Buffer; customerId: string; expiresAt: Date },
): Promise<void> {
  await sql`
    insert into accounts.device (token_hash, customer_id, expires_at)
    values (${device.tokenHash}, ${device.customerId}, ${device.expiresAt})`
}

/** Deletes the customer's devices, when the password changes: a thief may have one of them. */
export async function deleteDevices(sql: Sql, customerId: string): Promise<void> {
  await sql`delete from accounts.device where customer_id = ${customerId}`
}
