import type { SMTPServerOptions } from 'smtp-server'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { claimDue } from '../store.ts'
import { type MailServer, startMailServer } from '../testing/mail-server.ts'
import { sampleOrder } from '../testing/sample-order.ts'

const MINUTE_MS = 60_000

let shop: TestShop
let port: number
let server: MailServer | undefined

beforeAll(async () => {
  // SMTP_URL is fixed when the shop opens, so the server of each test must listen on the port of this one
  const first = await startMailServer()
  port = first.port
  await first.stop()
  shop = await openShop({
    modules: ['notifications'],
    environment: { SMTP_URL: first.url, MAIL_FROM: 'Pando <shop@example.com>' },
  })
})
afterAll(() => shop.stop())
beforeEach(() => shop.sql`delete from notifications.message`)
afterEach(async () => {
  await server?.stop()
  server = undefined
})

/** Starts a mail server on the port that the shop sends to. */
async function startServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  server = await startMailServer({ ...options, port })
  return server
}

let events = 0

async function confirmOrder(id: string, changes: { email?: string; number?: string } = {}): Promise<void> {
  const { contact } = sampleOrder()
  const order = sampleOrder({
    id,
    number: changes.number ?? '1042',
    contact: { ...contact, email: changes.email ?? 'ada@example.com' },
  })
  await shop.shop.dispatcher.react('notifications', {
    id: `evt_${++events}`,
    name: 'orders.orderConfirmed',
    payload: { orderId: id, order },
  })
}

const sendQueued = () => shop.calls.notifications.sendQueued({})
const statuses = async () =>
  (await shop.calls.notifications.listMessages({})).items.map(({ status }) => status)

describe('sendQueued()', () => {
  it('sends an email with both bodies, once', async () => {
    const { received } = await startServer()
    await confirmOrder('ord_1')
    expect(await statuses()).toEqual(['queued'])
    expect(await sendQueued()).toEqual({ sent: 1, failed: 0 })
    expect(await sendQueued()).toEqual({ sent: 0, failed: 0 })
    expect(await statuses()).toEqual(['sent'])
    expect(received).toHaveLength(1)
    const { parsed, recipients } = received[0]!
    const [message] = (await shop.calls.notifications.listMessages({})).items
    const { text, html } = await shop.calls.notifications.getMessage({ messageId: message!.id })
    expect(recipients).toEqual(['ada@example.com'])
    expect(parsed.from?.text).toBe('"Pando" <shop@example.com>')
    expect(parsed.subject).toBe('Your order 1042')
    expect(parsed.messageId).toBe(`<${message!.id}@example.com>`)
    expect(parsed.headers.get('auto-submitted')).toBe('auto-generated')
    expect(parsed.text?.trim()).toBe(text.trim())
    expect(String(parsed.html).trim()).toBe(html.trim())
  })

  it('sends 20 messages over 8 connections in one run', async () => {
    const { received } = await startServer()
    for (let i = 0; i < 20; i++) await confirmOrder(`ord_${i}`)
    expect(await sendQueued()).toEqual({ sent: 20, failed: 0 })
    expect(new Set(received.map(({ parsed }) => parsed.messageId)).size).toBe(20)
  })

  it('sends 30 queued messages and one queued later while three wait for slow recipients', async () => {
    const slow = Promise.withResolvers<void>()
    const { received } = await startServer({
      onRcptTo: ({ address }, _session, callback) =>
        void (address.startsWith('slow') ? slow.promise : Promise.resolve()).then(() => callback(null)),
    })
    for (let i = 0; i < 3; i++) await confirmOrder(`ord_slow${i}`, { email: `slow${i}@example.com` })
    for (let i = 0; i < 30; i++) await confirmOrder(`ord_${i}`)
    const run = sendQueued()
    await vi.waitFor(() => expect(received).toHaveLength(30), { timeout: 5000 })
    await confirmOrder('ord_late')
    await vi.waitFor(() => expect(received).toHaveLength(31), { timeout: 5000 })
    slow.resolve()
    expect(await run).toEqual({ sent: 34, failed: 0 })
  })

  it('reads fewer than 150 database pages to claim 8 of 20,000 queued messages', async () => {
    await shop.sql.unsafe('create extension if not exists pg_stat_statements with schema public')
    await shop.sql`vacuum analyze notifications.message`
    const pages = async () => {
      const [row] = await shop.sql<{ pages: number }[]>`
        select coalesce(sum(shared_blks_hit + shared_blks_read), 0)::int as pages
        from pg_stat_statements join pg_database on pg_database.oid = dbid
        where datname = current_database() and query like '%update notifications.message set tries%'`
      return row!.pages
    }
    const claim = () => claimDue(shop.sql, shop.clock.now(), new Date(shop.clock.now().getTime() + 1), 8)
    // Prepares the statement while PostgreSQL expects an empty table, so a bad plan would show
    await claim()
    await shop.sql`
      insert into notifications.message
        (id, kind, about, recipient, recipient_key, subject, text_body, html_body, status, due_at, created_at)
      select 'msg_' || n, 'test', n, 'ada@example.com', 'ada@example.com', 'Hello', repeat('text ', 100), '', 'queued',
        ${shop.clock.now()}::timestamptz - interval '1 day' + n * interval '1 ms', ${shop.clock.now()}
      from generate_series(1, 20000) as n`
    const before = await pages()
    expect(await claim()).toHaveLength(8)
    expect((await pages()) - before).toBeGreaterThan(0)
    expect((await pages()) - before).toBeLessThan(150)
  })

  it('runs one statement when nothing is due', async () => {
    // The driver adds its own statements to the first one of a connection
    await sendQueued()
    expect(await shop.statementsDuring(sendQueued)).toHaveLength(1)
  })

  it('sends no header and to no recipient that an order number or an address tries to inject', async () => {
    const { received } = await startServer()
    await confirmOrder('ord_1', { number: '1\r\nBcc: eve@example.com' })
    await confirmOrder('ord_2', { email: 'ada@example.com, eve@example.com' })
    await confirmOrder('ord_3', { email: 'ada@example.com\r\nBcc: eve@example.com' })
    await sendQueued()
    for (const { parsed, recipients } of received) {
      expect(recipients).not.toContain('eve@example.com')
      expect(recipients).toHaveLength(1)
      expect(parsed.headers.has('bcc')).toBe(false)
    }
    expect(received.map(({ parsed }) => parsed.subject)).toContain('Your order 1 Bcc: eve@example.com')
  })

  it('retries ten seconds after a try for which the server was down', async () => {
    await confirmOrder('ord_1')
    expect(await sendQueued()).toEqual({ sent: 0, failed: 1 })
    expect(await sendQueued()).toEqual({ sent: 0, failed: 0 })
    const { received } = await startServer()
    shop.clock.advance(10_000)
    expect(await sendQueued()).toEqual({ sent: 1, failed: 0 })
    expect(received).toHaveLength(1)
  })

  it('gives up after ten tries', async () => {
    await confirmOrder('ord_1')
    for (let i = 0; i < 10; i++) {
      expect(await statuses()).toEqual(['queued'])
      expect(await sendQueued()).toEqual({ sent: 0, failed: 1 })
      shop.clock.advance(6 * 60 * MINUTE_MS)
    }
    expect(await statuses()).toEqual(['failed'])
    expect(await sendQueued()).toEqual({ sent: 0, failed: 0 })
  })

  it('logs one error after ten tries without success, and another one when the server rejects an email', async () => {
    const error = vi.spyOn(shop.shop.modules.get('notifications')!.log, 'error')
    onTestFinished(() => error.mockRestore())
    await confirmOrder('ord_1')
    for (let i = 0; i < 10; i++) {
      await sendQueued()
      shop.clock.advance(6 * 60 * MINUTE_MS)
    }
    await startServer({
      onRcptTo: (_recipient, _session, callback) =>
        callback(Object.assign(new Error('no such mailbox'), { responseCode: 550 })),
    })
    await confirmOrder('ord_2')
    await sendQueued()
    expect(error.mock.calls.map(([, message]) => message)).toEqual([
      'email failed permanently: none of 10 tries succeeded',
      'email failed permanently: the mail server does not accept it',
    ])
  })

  it('gives up after one try when the mailbox is unknown, and retries when the server is busy', async () => {
    await startServer({
      onRcptTo({ address }, _session, callback) {
        const responseCode = address.startsWith('nobody@') ? 550 : 450
        callback(Object.assign(new Error('not now, or never'), { responseCode }))
      },
    })
    await confirmOrder('ord_1', { email: 'nobody@example.com' })
    await confirmOrder('ord_2', { email: 'busy@example.com' })
    expect(await sendQueued()).toEqual({ sent: 0, failed: 2 })
    const rows = await shop.sql`select recipient, status, error from notifications.message order by recipient`
    expect([...rows]).toEqual([
      {
        recipient: 'busy@example.com',
        status: 'queued',
        error: expect.stringContaining('450 not now, or never'),
      },
      {
        recipient: 'nobody@example.com',
        status: 'failed',
        error: expect.stringContaining('550 not now, or never'),
      },
    ])
  })

  it('does not send a claimed message until its lease of five minutes has ended', async () => {
    await startServer()
    await confirmOrder('ord_1')
    const now = shop.clock.now()
    await claimDue(shop.sql, now, new Date(now.getTime() + 5 * MINUTE_MS), 10)
    expect(await sendQueued()).toEqual({ sent: 0, failed: 0 })
    shop.clock.advance(5 * MINUTE_MS)
    expect(await sendQueued()).toEqual({ sent: 1, failed: 0 })
  })

  it('sends a message again, with the same Message-ID, if its sending was not recorded', async () => {
    const { received } = await startServer()
    await confirmOrder('ord_1')
    await sendQueued()
    await shop.sql`update notifications.message set status = 'queued', sent_at = null`
    shop.clock.advance(5 * MINUTE_MS)
    expect(await sendQueued()).toEqual({ sent: 1, failed: 0 })
    const ids = received.map(({ parsed }) => parsed.messageId)
    expect(ids).toHaveLength(2)
    expect(new Set(ids).size).toBe(1)
  })

  it('sends each message once when several runs work at the same time', async () => {
    const { received } = await startServer()
    for (let i = 0; i < 12; i++) await confirmOrder(`ord_${i}`)
    const runs = await Promise.all([sendQueued(), sendQueued(), sendQueued()])
    expect(runs.reduce((sum, { sent }) => sum + sent, 0)).toBe(12)
    expect(received).toHaveLength(12)
  })
})
