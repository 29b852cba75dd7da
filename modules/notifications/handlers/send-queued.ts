import type { Handles } from '../needs.ts'
import { SMTP_CONNECTIONS } from '../rules/limits.ts'
import { nextTry } from '../rules/next-try.ts'
import type { Refusal, Smtp } from '../smtp.ts'
import { claimDue, type DueMessage, markFailedTry, markSent } from '../store.ts'

/** Longer than any try can take, so that no message is sent by two at once. */
const LEASE_MS = 5 * 60_000
/** Another batch begins while there is more, but not after this. */
const BUSY_MS = 20_000

type Context = Parameters<Handles<'sendQueued'>>[1]

/**
 * Sends outside of any transaction, and notes the end of each try at once. Dying between the server's yes and the
 * note sends the message again after the lease: a mail comes at least once, and always under the same Message-ID.
 */
export const sendQueued: Handles<'sendQueued'> = async (_input, context) => {
  const total = { sent: 0, failed: 0 }
  const { openSmtp } = context.services
  if (!openSmtp) return context.unchanged(total)
  const stopAt = performance.now() + BUSY_MS
  let smtp: Smtp | undefined
  try {
    do {
      const messages = await claim(context)
      if (messages.length === 0) break
      smtp ??= await openSmtp()
      const mailServer = smtp
      const taken = await Promise.all(messages.map((message) => trySending(message, mailServer, context)))
      const sent = taken.filter((success) => success).length
      total.sent += sent
      total.failed += messages.length - sent
      // a server that takes nothing now gets a rest
      if (sent === 0) break
    } while (performance.now() < stopAt)
  } finally {
    smtp?.close()
  }
  return context.unchanged(total)
}

function claim(context: Context): Promise<DueMessage[]> {
  const now = context.now()
  return claimDue(context.sql, now, new Date(now.getTime() + LEASE_MS), 2 * SMTP_CONNECTIONS)
}

async function trySending(message: DueMessage, smtp: Smtp, context: Context): Promise<boolean> {
  const refusal = await smtp.send(message)
  if (refusal) await noteRefusal(message, refusal, context)
  else await markSent(context.sql, message.id, context.now())
  return !refusal
}

async function noteRefusal(message: DueMessage, refusal: Refusal, context: Context): Promise<void> {
  const dueAt = refusal.permanent ? null : nextTry(message.tries, context.now())
  await markFailedTry(context.sql, message.id, refusal.reason, dueAt)
  const fields = { message: message.id, tries: message.tries, reason: refusal.reason }
  if (dueAt)
    context.log.warn({ ...fields, dueAt: dueAt.toISOString() }, 'mail not taken, will be tried again')
  else context.log.error(fields, 'mail given up: its server does not take it')
}
