import type { Caller } from '#runtime/contract/caller.ts'
import { Failure } from '#runtime/contract/failure.ts'
import { isUnanswered } from '#runtime/contract/or-else.ts'
import type { Calls } from '#runtime/module/context.ts'
import { emailKey } from '#shared/email.ts'
import type { needs } from './needs.ts'

export interface Asking {
  caller: Caller
  calls: Calls<typeof needs>
}

/**
 * The address, as `emailKey`, that a customer has proven to be theirs; guests' orders for it are shown to them too.
 * Undefined for everybody else, for an account that is gone, and while accounts does not answer: their own orders need
 * not wait for it.
 */
export async function provenAddress({ caller, calls }: Asking): Promise<string | undefined> {
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
