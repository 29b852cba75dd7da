import type { Sql } from '#runtime/database/pool.ts'

/** Whether the owner of this address has logged in on the device of this token. */
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

/** Forgets the customer's devices: for when somebody else may have used one. */
export async function deleteDevices(sql: Sql, customerId: string): Promise<void> {
  await sql`delete from accounts.device where customer_id = ${customerId}`
}
