import { emailKey } from '#shared/email.ts'
import { newId, newSecret } from '#shared/ids.ts'
import type { Handles } from '../needs.ts'
import { requireEmail } from '../require-email.ts'
import { hashToken } from '../rules/hash-token.ts'
import { insertStaff } from '../store/staff.ts'

export const createStaff: Handles<'createStaff'> = async (input, context) => {
  const email = requireEmail(context, input.email)
  const now = context.now()
  const apiKey = newSecret('key')
  return context.commitStatement(async (sql) => {
    const added = await insertStaff(sql, {
      id: newId('stf', now.getTime()),
      email,
      emailKey: emailKey(email),
      name: input.name,
      permissions: input.permissions,
      apiKeyHash: hashToken(apiKey),
      createdAt: now,
    })
    if (!added)
      throw context.fail(
        'STAFF_EXISTS',
        `Cannot create a staff member: "${input.email}" has an API key already. Revoke it first to get a new one`,
      )
    return { staffId: added.staffId, apiKey }
  })
}
