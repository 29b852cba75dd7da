import type { Committed, ReactionContext } from '#runtime/module/define.ts'
import { newId } from '#shared/ids.ts'
import type { notifications } from './contract.ts'
import type { Mail } from './mails/write-mail.ts'
import type { needs } from './needs.ts'
import type { Services } from './services.ts'
import { insertMessage } from './store.ts'

const HOUR_MS = 3_600_000

/**
 * Stores an email: queued for sending, or in the mailbox if no mail server is configured. `about` is the id of
 * the order, account or request that the email reports. A second email with the same `kind` and `about` is not stored. `perHour` limits the emails of this kind to one address, for emails that strangers can trigger. Default: no
 * limit.
 */
export function storeMail(
  context: ReactionContext<typeof notifications, typeof needs, Services>,
  message: { kind: string; about: string; recipient: string; mail: Mail; perHour?: number },
): Promise<Committed<unknown>> {
  const { perHour, ...rest } = message
  const now = context.now()
  return context.commit(async ({ sql }) => {
    const { added } = await insertMessage(sql, {
      ...rest,
      id: newId('msg', now.getTime()),
      status: context.services.openSmtp ? 'queued' : 'kept',
      now,
      limit: perHour === undefined ? undefined : { max: perHour, since: new Date(now.getTime() - HOUR_MS) },
    })
    if (!added)
      context.log.info(
        { kind: rest.kind },
        'email not stored: it exists already, or its recipient has reached the limit per hour',
      )
    return {}
  })
}
