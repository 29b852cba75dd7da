import type { Caller } from '#runtime/contract/caller.ts'
import { Failure } from '#runtime/contract/failure.ts'
import { isUnanswered } from '#runtime/contract/or-else.ts'
import type { Calls } from '#runtime/module/context.ts'
import { emailKey } from '#shared/email.ts'
import type { needs } from './needs.ts'

export interface CallerContext {
  caller: Caller
  calls: Calls<typeof needs>
}

/**
 * The `emailKey` of the calling customer's confirmed email address, which gives access to guests' orders for it.
 * Undefined for other callers, for unconfirmed and deleted accounts, and while the accounts module does not answer:
 * then the customer can access only the orders of the account.
 */
export async function confirmedEmail({ caller, calls }: CallerContext): Promise<string | undefined> {
  if (caller.kind !== 'customer') return undefined
  try {
    const { email, verified } = await calls.accounts.getMe({})
    return verified ? emailKey(email) : undefined
  } catch (error) {
    if (isUnanswered(error) || (error instanceof Failure && error.code === 'UNAUTHENTICATED'))
      return undefined
    throw error
  }
}
