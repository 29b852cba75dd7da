import type { Sql } from '#runtime/database/pool.ts'
import type { Message, MessageSummary } from './contract.ts'
import type { Mail } from './mails/write-mail.ts'

export interface NewMessage {
  id: string
  /** The event that it tells of. */
  kind: string
  /** What tells it from others of its kind: a second message with both the same is not added. */
  about: string
  recipient: string
  mail: Mail
  status: 'queued' | 'kept'
  now: Date
  /** Not added when the recipient got so many of this kind since then. */
  limit?: { max: number; since: Date } | undefined
}

/** Adds a message, unless it is there already or its recipient has enough of its kind. */
export async function insertMessage(sql: Sql, message: NewMessage): Promise<{ added: boolean }> {
  const { mail, now, limit } = message
  const recipientKey = message.recipient.toLowerCase()
  const rows = await sql`
    insert into notifications.message
      (id, kind, about, recipient, recipient_key, subject, text_body, html_body, status, due_at, created_at)
    select ${message.id}, ${message.kind}, ${message.about}, ${message.recipient}, ${recipientKey}, ${mail.subject},
           ${mail.text}, ${mail.html}, ${message.status}, ${now}, ${now}
    ${
      limit
        ? sql`where (
            select count(*) from notifications.message
            where recipient_key = ${recipientKey} and kind = ${message.kind} and created_at > ${limit.since}
          ) < ${limit.max}`
        : sql``
    }
    on conflict (kind, about) do nothing
    returning 1`
  return { added: rows.length === 1 }
}

export interface DueMessage {
  id: string
  recipient: string
  subject: string
  text: string
  html: string
  /** This try included. */
  tries: number
}

/**
 * Takes messages that are due, oldest first, for the time of a lease: until `leaseUntil` nobody else gets them, and
 * then somebody does unless the end of the try was recorded. As an array the choice is made once: `in (…)` may run it
 * again for each row, each time with `limit` others.
 */
export async function claimDue(sql: Sql, now: Date, leaseUntil: Date, limit: number): Promise<DueMessage[]> {
  return sql<DueMessage[]>`
    update notifications.message set tries = tries + 1, due_at = ${leaseUntil}
    where id = any(array(
      select id from notifications.message where status = 'queued' and due_at <= ${now}
      order by due_at limit ${limit} for update skip locked))
    returning id, recipient, subject, text_body as text, html_body as html, tries`
}

export async function markSent(sql: Sql, id: string, now: Date): Promise<void> {
  await sql`update notifications.message set status = 'sent', sent_at = ${now}, error = null where id = ${id}`
}

/** Notes a failed try: it is due again at `dueAt`, or has failed for good without one. */
export async function markFailedTry(sql: Sql, id: string, error: string, dueAt: Date | null): Promise<void> {
  await sql`
    update notifications.message
    set error = ${error}, due_at = coalesce(${dueAt}, due_at),
        status = case when ${dueAt}::timestamptz is null then 'failed' else status end
    where id = ${id} and status = 'queued'`
}

/** Empties bodies of messages that are done with and older than `before`; answers how many, at most `limit`. */
export async function dropBodies(sql: Sql, before: Date, limit: number): Promise<number> {
  const rows = await sql`
    update notifications.message set text_body = '', html_body = ''
    where id = any(array(
      select id from notifications.message
      where text_body <> '' and status <> 'queued' and created_at < ${before}
      order by created_at limit ${limit} for update skip locked))
    returning 1`
  return rows.length
}

type SummaryRow = Omit<MessageSummary, 'createdAt'> & { createdAt: Date }

/** Messages before the one with the id `before`, newest first: ids sort by time. */
export async function listMessages(
  sql: Sql,
  before: string | undefined,
  limit: number,
): Promise<MessageSummary[]> {
  const rows = await sql<SummaryRow[]>`
    select id, recipient as to, subject, status, created_at as "createdAt"
    from notifications.message
    where ${before === undefined ? sql`true` : sql`id < ${before}`}
    order by id desc limit ${limit}`
  return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }))
}

export async function findMessage(sql: Sql, id: string): Promise<Message | undefined> {
  const [row] = await sql<(SummaryRow & { text: string; html: string })[]>`
    select id, recipient as to, subject, status, created_at as "createdAt", text_body as text, html_body as html
    from notifications.message where id = ${id}`
  return row && { ...row, createdAt: row.createdAt.toISOString() }
}

/** Counts the messages of a kind for each thing that they are about, in the order of its id. */
export async function countByAbout(
  sql: Sql,
  kind: string,
  after: string,
  limit: number,
): Promise<{ about: string; count: number }[]> {
  return sql<{ about: string; count: number }[]>`
    select about, count(*) as count from notifications.message
    where kind = ${kind} and about > ${after}
    group by about order by about limit ${limit}`
}
