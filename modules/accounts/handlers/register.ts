import { emailKey } from '#shared/email.ts'
import { newId, newSecret } from '#shared/ids.ts'
import { countAndHash } from '../count-and-hash.ts'
import type { Handles } from '../needs.ts'
import { refuseCommonPassword } from '../refuse-common-password.ts'
import { requireEmail } from '../require-email.ts'
import { limitsOfEmail } from '../rules/attempt-limits.ts'
import { hashToken } from '../rules/hash-token.ts'
import { REPEATED_FORM_MS, VERIFICATION_TOKEN_MS } from '../rules/limits.ts'
import { insertCustomer } from '../store/customers.ts'

export const register: Handles<'register'> = async (input, context) => {
  const email = requireEmail(context, input.email)
  const key = emailKey(email)
  refuseCommonPassword(context, input.password, { email: key, name: input.name })
  // A log-in after a registration reveals whether the address had an account with this password already. So the
  // registration counts as an attempt and is not refunded.
  const limits = limitsOfEmail(key, { clientNetwork: context.clientNetwork, knownDevice: undefined })
  const { passwordHash } = await countAndHash(context, { limits, emailKey: key, password: input.password })
  const now = context.now()
  const token = newSecret('vrf')
  const customer = {
    id: newId('cus', now.getTime()),
    email,
    emailKey: key,
    name: input.name,
    passwordHash,
    createdAt: now,
    tokenHash: hashToken(token),
    tokenExpiresAt: new Date(now.getTime() + VERIFICATION_TOKEN_MS),
  }
  return context.commit(async ({ sql, emit }) => {
    const repeatedSince = new Date(now.getTime() - REPEATED_FORM_MS)
    const { customerId, known } = await insertCustomer(sql, customer, repeatedSince)
    if (customerId) emit('accountRegistered', { customerId, email, name: input.name, known, token })
    return { email, name: input.name }
  })
}
