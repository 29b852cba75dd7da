import type { Committed, ReactionContext } from '#runtime/module/define.ts'
import { newId } from '#shared/ids.ts'
import type { notifications } from './contract.ts'
import type { Mail } from './mails/write-mail.ts'
import type { needs } from './needs.ts'
import type { Services } from './services.ts'
import { insertMessage } from './store.ts'

const HOUR_MS = 3_600_000

/**
 * Keeps a mail to be sent, or for the mailbox where no mail server is configured: the only effect of a reaction.
 * `perHour` is for mails that a stranger can cause: one address gets so many of a kind in an hour, and not more.
 */
export function keepMail(
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
      context.log.info({ kind: rest.kind }, 'mail left out: it is there already, or there were enough')
    return {}
  })
}
