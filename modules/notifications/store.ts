import type { Sql } from '#runtime/database/pool.ts'
import type { Message, MessageSummary } from './contract.ts'
import type { Mail } from './mails/write-mail.ts'

export interface NewMessage {
  id: string
  /** The name of the event that caused the message. */
  kind: string
  /** The id of what the message reports, such as an order. A message with the same `kind` and `about` is not added. */
  about: string
  recipient: string
  mail: Mail
  status: 'queued' | 'kept'
  now: Date
  /** The message is not added if the recipient already has `max` messages of this kind after `since`. */
  limit?: { max: number; since: Date } | undefined
}

/** Adds a message, unless it exists or its recipient has reached the limit. */
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
  /** Includes the current try. */
  tries: number
}

/**
 * Claims up to `limit` due messages, oldest first. Until `leaseUntil` no other process can claim them; then they are
 * due again unless the result of the try was recorded. The subquery is an array, so that it runs once: PostgreSQL may
 * run `in (…)` again for each row, each time with `limit` other messages.
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

/** Records a failed try. The message is due again at `dueAt`; null marks it as permanently failed. */
export async function markFailedTry(sql: Sql, id: string, error: string, dueAt: Date | null): Promise<void> {
  await sql`
    update notifications.message
    set error = ${error}, due_at = coalesce(${dueAt}, due_at),
        status = case when ${dueAt}::timestamptz is null then 'failed' else status end
    where id = ${id} and status = 'queued'`
}

/** Empties the bodies of up to `limit` messages that are not queued and older than `before`. Returns their number. */
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

/** Lists up to `limit` messages older than the message `before`, newest first. Ids sort by time. */
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

/**
 * Counts the messages of a kind for each value of `about` that is greater than `after`, sorted by it. Returns up to
 * `limit` counts.
 */
export async function countPerAbout(
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
