import { setTimeout as pause } from 'node:timers/promises'
import type { Handles } from '../needs.ts'
import { SMTP_CONNECTIONS } from '../rules/limits.ts'
import { MAX_TRIES, nextTry } from '../rules/next-try.ts'
import type { SendFailure, Smtp } from '../smtp.ts'
import { claimDue, type DueMessage, markFailedTry, markSent } from '../store.ts'

/** Longer than any try can take, so that no other process sends the message during a try. */
const LEASE_MS = 5 * 60_000
/** A run starts no more messages after this time. Those in flight then end within the command's timeout of 60 s. */
const START_MS = 20_000
/** The interval at which a run looks for new messages while others are in flight. */
const POLL_MS = 250

type Context = Parameters<Handles<'sendQueued'>>[1]

/**
 * Keeps up to SMTP_CONNECTIONS messages in flight, so that a slow one does not delay the others. A run ends when no
 * message is due, after START_MS, or after SMTP_CONNECTIONS failures in a row. It sends outside of any transaction and
 * records the result of each try immediately. If the process dies after the server has accepted a message and before that is
 * recorded, the message is sent again when its lease ends, with the same Message-ID.
 */
export const sendQueued: Handles<'sendQueued'> = async (_input, context) => {
  const total = { sent: 0, failed: 0 }
  const { openSmtp } = context.services
  if (!openSmtp) return context.unchanged(total)
  const stopAt = performance.now() + START_MS
  const inFlight = new Set<Promise<void>>()
  let failedInARow = 0
  let smtp: Smtp | undefined
  try {
    for (;;) {
      // After this many failures in a row, the server is probably down
      const mayStart = performance.now() < stopAt && failedInARow < SMTP_CONNECTIONS
      const messages = mayStart ? await claim(context, SMTP_CONNECTIONS - inFlight.size) : []
      if (messages.length > 0) smtp ??= await openSmtp()
      for (const message of messages) {
        const attempt = trySending(message, smtp!, context).then((wasSent) => {
          total[wasSent ? 'sent' : 'failed']++
          failedInARow = wasSent ? 0 : failedInARow + 1
          inFlight.delete(attempt)
        })
        inFlight.add(attempt)
      }
      if (inFlight.size === 0) break
      await waitForSlot(inFlight, SMTP_CONNECTIONS)
    }
  } finally {
    await Promise.allSettled(inFlight)
    smtp?.close()
  }
  // Each result is recorded already, so there is nothing to commit
  return context.unchanged(total)
}

/** Waits until the try of a message in flight ends, but at most POLL_MS while a connection is free for new messages. */
async function waitForSlot(inFlight: ReadonlySet<Promise<void>>, connections: number): Promise<void> {
  if (inFlight.size === connections) return Promise.race(inFlight)
  const pausing = new AbortController()
  const poll = pause(POLL_MS, undefined, { signal: pausing.signal }).catch(() => {})
  await Promise.race([...inFlight, poll]).finally(() => pausing.abort())
}

function claim(context: Context, limit: number): Promise<DueMessage[]> {
  const now = context.now()
  return claimDue(context.sql, now, new Date(now.getTime() + LEASE_MS), limit)
}

/** Returns whether the message was sent, and records the result. */
async function trySending(message: DueMessage, smtp: Smtp, context: Context): Promise<boolean> {
  const failure = await smtp.send(message)
  if (failure) await recordFailure(message, failure, context)
  else await markSent(context.sql, message.id, context.now())
  return !failure
}

async function recordFailure(message: DueMessage, failure: SendFailure, context: Context): Promise<void> {
  const dueAt = failure.permanent ? null : nextTry(message.tries, context.now())
  await markFailedTry(context.sql, message.id, failure.reason, dueAt)
  const fields = { message: message.id, tries: message.tries, reason: failure.reason }
  if (dueAt) context.log.warn({ ...fields, dueAt: dueAt.toISOString() }, 'email not sent, will be retried')
  else if (failure.permanent)
    context.log.error(fields, 'email failed permanently: the mail server does not accept it')
  else context.log.error(fields, `email failed permanently: none of ${MAX_TRIES} tries succeeded`)
}
