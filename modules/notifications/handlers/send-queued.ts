import { setTimeout as pause } from 'node:timers/promises'
import type { Handles } from '../needs.ts'
import { SMTP_CONNECTIONS } from '../rules/limits.ts'
import { nextTry } from '../rules/next-try.ts'
import type { Refusal, Smtp } from '../smtp.ts'
import { claimDue, type DueMessage, markFailedTry, markSent } from '../store.ts'

/** Longer than any try can take, so that no message is sent by two at once. */
const LEASE_MS = 5 * 60_000
/** A run begins messages for so long: what it has under way then ends within the timeout of the command. */
const BUSY_MS = 20_000
/** How soon a message is begun that comes while others are under way. */
const LOOK_MS = 250

type Context = Parameters<Handles<'sendQueued'>>[1]

/**
 * Keeps as many messages under way as there are connections, so that a slow one holds up no other; ends when nothing is due.
 * Sends outside of any transaction, and records the end of each try at once. Dying between the server's yes and the
 * record sends the message again after the lease: a mail comes at least once, and always under the same Message-ID.
 */
export const sendQueued: Handles<'sendQueued'> = async (_input, context) => {
  const total = { sent: 0, failed: 0 }
  const { openSmtp } = context.services
  if (!openSmtp) return context.unchanged(total)
  const stopAt = performance.now() + BUSY_MS
  const underWay = new Set<Promise<void>>()
  let failedInARow = 0
  let smtp: Smtp | undefined
  try {
    for (;;) {
      // A server that takes nothing now gets a rest.
      const goesOn = performance.now() < stopAt && failedInARow < SMTP_CONNECTIONS
      const messages = goesOn ? await claim(context, SMTP_CONNECTIONS - underWay.size) : []
      if (messages.length > 0) smtp ??= await openSmtp()
      for (const message of messages) {
        const attempt = trySending(message, smtp!, context).then((taken) => {
          total[taken ? 'sent' : 'failed']++
          failedInARow = taken ? 0 : failedInARow + 1
          underWay.delete(attempt)
        })
        underWay.add(attempt)
      }
      if (underWay.size === 0) break
      await oneOf(underWay, SMTP_CONNECTIONS)
    }
  } finally {
    await Promise.allSettled(underWay)
    smtp?.close()
  }
  return context.unchanged(total)
}

/** Waits for the first that ends; where there is room for more, not for long. */
async function oneOf(underWay: ReadonlySet<Promise<void>>, most: number): Promise<void> {
  if (underWay.size === most) return Promise.race(underWay)
  const looking = new AbortController()
  const look = pause(LOOK_MS, undefined, { signal: looking.signal }).catch(() => {})
  await Promise.race([...underWay, look]).finally(() => looking.abort())
}

function claim(context: Context, limit: number): Promise<DueMessage[]> {
  const now = context.now()
  return claimDue(context.sql, now, new Date(now.getTime() + LEASE_MS), limit)
}

async function trySending(message: DueMessage, smtp: Smtp, context: Context): Promise<boolean> {
  const refusal = await smtp.send(message)
  if (refusal) await recordRefusal(message, refusal, context)
  else await markSent(context.sql, message.id, context.now())
  return !refusal
}

async function recordRefusal(message: DueMessage, refusal: Refusal, context: Context): Promise<void> {
  const dueAt = refusal.permanent ? null : nextTry(message.tries, context.now())
  await markFailedTry(context.sql, message.id, refusal.reason, dueAt)
  const fields = { message: message.id, tries: message.tries, reason: refusal.reason }
  if (dueAt)
    context.log.warn({ ...fields, dueAt: dueAt.toISOString() }, 'mail not taken, will be tried again')
  else context.log.error(fields, 'mail given up: its server does not take it')
}
