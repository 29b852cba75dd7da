import { openPool, type Pool, type Sql } from '#runtime/database/pool.ts'
import { newId, newSecret } from '#shared/ids.ts'

export interface ManyOrders {
  /** Where the tables of a module are, for a role that may write them. */
  databaseUrl(module: Written): string
  /** Orders to be added. */
  count: number
  /** Whether the planner learns of them. Default: true. */
  analyze?: boolean
}

const WRITTEN = ['orders', 'payments', 'inventory', 'cart', 'notifications'] as const
export type Written = (typeof WRITTEN)[number]

const BATCH = 5000
const MAX_TEMPLATES = 100

/** An order that was bought, or one that is made after it. */
interface Ids {
  orderId: string
  intentId: string
  cartId: string
}
/** Columns of as many rows as there are copies in a batch: each copy beside what it is made after. */
interface Batch {
  from: Record<keyof Ids, string[]>
  to: Record<keyof Ids, string[]>
}

/**
 * Fills the databases of a shop with finished orders: copies of the confirmed ones that are there, at least one, whose
 * mails have gone out. All that an order leaves behind is copied under new ids: payment, stock, cart, mail, and the
 * runtime's own records. What the copies sold was delivered before, so that the stock on hand stays as it is, and each
 * can be read with the token of the cart that it was made after. Answers the ids of the copies.
 *
 * Nothing passes the modules: between the beginning and the end, the data do not add up.
 */
export async function multiplyOrders({ databaseUrl, count, analyze = true }: ManyOrders): Promise<string[]> {
  const tables = new Map(WRITTEN.map((module) => [module, connect(databaseUrl(module))]))
  const of = (module: Written) => tables.get(module)!
  try {
    const templates = await findTemplates(of('orders'))
    const perOrder = await recordsPerOrder(of)
    const batches = planBatches(templates, count)
    const fill = async (module: Written) => {
      for (const batch of batches) {
        await ADDITIONS[module](of(module), batch)
        await addRecords(of(module), module, perOrder.get(module)!, batch.to.orderId.length)
      }
    }
    await Promise.all(WRITTEN.map(fill))
    if (analyze) await Promise.all([...tables.values()].map((sql) => sql`analyze`))
    return batches.flatMap((batch) => batch.to.orderId)
  } finally {
    await Promise.all([...tables.values()].map((sql) => sql.end()))
  }
}

const ADDITIONS: Record<Written, (sql: Sql, batch: Batch) => Promise<void>> = {
  orders: addOrders,
  payments: addPayments,
  inventory: addReservations,
  cart: addCarts,
  notifications: addMails,
}

function connect(url: string): Pool {
  return openPool({ url, max: 1, name: 'many orders', synchronousCommit: 'off' })
}

async function findTemplates(sql: Sql): Promise<Ids[]> {
  const templates = await sql<Ids[]>`
    select id as "orderId", intent_id as "intentId", cart_id as "cartId" from orders.placed_order
    where status = 'confirmed' and payment_status = 'paid' order by id limit ${MAX_TEMPLATES}`
  if (templates.length === 0)
    throw new Error('Cannot multiply orders: buy one first, so that it is confirmed')
  return templates
}

function planBatches(templates: readonly Ids[], count: number): Batch[] {
  const batches: Batch[] = []
  for (let left = count; left > 0; left -= BATCH) batches.push(planBatch(templates, Math.min(BATCH, left)))
  return batches
}

/** Copies of the templates, in turn. */
function planBatch(templates: readonly Ids[], count: number): Batch {
  const copied = Array.from({ length: count }, (_, nth) => templates[nth % templates.length]!)
  return {
    from: {
      orderId: copied.map((each) => each.orderId),
      intentId: copied.map((each) => each.intentId),
      cartId: copied.map((each) => each.cartId),
    },
    to: {
      orderId: copied.map(() => newId('ord')),
      intentId: copied.map(() => newId('pay')),
      cartId: copied.map(() => newId('crt')),
    },
  }
}

async function addOrders(sql: Sql, { from, to }: Batch): Promise<void> {
  await sql`
    insert into orders.placed_order (id, status, payment_status, provider, intent_id, action_url, payment_reason, cart_id,
      token_hash, customer_id, snapshot, history, placed_at)
    select copy.id, status, payment_status, provider, copy.intent_id, action_url, payment_reason, copy.cart_id,
      token_hash, customer_id, snapshot, history, placed_at
    from unnest(${from.orderId}::text[], ${to.orderId}::text[], ${to.intentId}::text[], ${to.cartId}::text[])
      as copy (origin, id, intent_id, cart_id)
    join orders.placed_order origin on origin.id = copy.origin`
  await sql`
    insert into orders.pando_workflow (id, name, key, input_hash, status, next_step, state, answer, failure, runner, attempts,
      wake_at, deadline_at, started_at, ended_at)
    select copy.id, name, case when key is not null then 'copy-' || copy.id end, input_hash, origin.status, next_step, state,
      replace(replace(replace(answer::text, copy.origin, copy.id), origin_order.cart_id, placed.cart_id),
        '"P-' || origin_order.number || '"', '"P-' || placed.number || '"')::json,
      failure, runner, attempts, wake_at, deadline_at, started_at, ended_at
    from unnest(${from.orderId}::text[], ${to.orderId}::text[]) as copy (origin, id)
    join orders.pando_workflow origin on origin.id = copy.origin
    join orders.placed_order origin_order on origin_order.id = copy.origin
    join orders.placed_order placed on placed.id = copy.id`
}

/** The built-in provider's charge is copied too, where it keeps its books in the payments' own tables. */
async function addPayments(sql: Sql, { from, to }: Batch): Promise<void> {
  await sql`
    insert into payments.intent (id, order_id, provider, token, amount, currency, capture, status, captured, refunded,
      reference, action_url, reason, created_at, updated_at)
    select copy.id, copy.order_id, provider, token, amount, currency, capture, status, captured, refunded,
      case when reference is not null then 'copy-' || copy.id end, action_url, reason, created_at, updated_at
    from unnest(${from.intentId}::text[], ${to.intentId}::text[], ${to.orderId}::text[]) as copy (origin, id, order_id)
    join payments.intent origin on origin.id = copy.origin`
  await sql`
    insert into payments.test_charge (key, reference, token, amount, currency, capture, status, captured, refunded, reason,
      action_url, version)
    select copy.id, 'copy-' || copy.id, token, amount, currency, capture, status, captured, refunded, reason, action_url,
      version
    from unnest(${from.intentId}::text[], ${to.intentId}::text[]) as copy (origin, id)
    join payments.test_charge origin on origin.key = copy.origin`
}

async function addReservations(sql: Sql, { from, to }: Batch): Promise<void> {
  await sql`
    insert into inventory.reservation (id, status, lines, expires_at, created_at, changed_at)
    select copy.id, status, lines, expires_at, created_at, changed_at
    from unnest(${from.orderId}::text[], ${to.orderId}::text[]) as copy (origin, id)
    join inventory.reservation origin on origin.id = copy.origin`
  // The count that delivers the pieces and the sales that take them come to nothing.
  await sql`
    with sold as (
      insert into inventory.movement (reference, variant_id, reason, delta, moved_at)
      select copy.id, variant_id, reason, delta, moved_at
      from unnest(${from.orderId}::text[], ${to.orderId}::text[]) as copy (origin, id)
      join inventory.movement origin on origin.reference = copy.origin
      returning variant_id, delta
    )
    insert into inventory.movement (reference, variant_id, reason, delta, moved_at)
    select ${newId('cnt')}, variant_id, 'count', -sum(delta), now() from sold group by variant_id`
}

async function addCarts(sql: Sql, { from, to }: Batch): Promise<void> {
  await sql`
    insert into cart.cart (id, status, version, token_hash, customer_id, currency, lines, contact, shipping_option_id, coupons,
      order_id, merged_into, created_at, changed_at, expires_at)
    select copy.id, status, version, token_hash, customer_id, currency, lines, contact, shipping_option_id, coupons,
      copy.order_id, merged_into, created_at, changed_at, expires_at
    from unnest(${from.cartId}::text[], ${to.cartId}::text[], ${to.orderId}::text[]) as copy (origin, id, order_id)
    join cart.cart origin on origin.id = copy.origin`
}

async function addMails(sql: Sql, { from, to }: Batch): Promise<void> {
  await sql`
    insert into notifications.message (id, kind, about, recipient, recipient_key, subject, text_body, html_body, status, tries,
      due_at, error, created_at, sent_at)
    select 'msg_' || substr(copy.id, 5), kind, copy.id, recipient, recipient_key, subject,
      replace(text_body, copy.origin, copy.id), replace(html_body, copy.origin, copy.id), status, tries, due_at, error,
      created_at, sent_at
    from unnest(${from.orderId}::text[], ${to.orderId}::text[]) as copy (origin, id)
    join notifications.message origin on origin.about = copy.origin and origin.kind = 'orderConfirmed'`
}

interface Records {
  answers: number
  received: number
}

/** How many answers and received events the runtime has kept of each module for one order, so far. */
async function recordsPerOrder(of: (module: Written) => Sql): Promise<Map<Written, Records>> {
  const [placed] = await of('orders')<{ count: number }[]>`
    select count(*)::int as count from orders.placed_order`
  const entries = WRITTEN.map(async (module) => {
    const sql = of(module)
    const [kept] = await sql<Records[]>`
      select (select count(*)::int from ${sql(module)}.pando_idempotency) as answers,
        (select count(*)::int from ${sql(module)}.pando_inbox) as received`
    const { answers, received } = kept!
    const share = (records: number) => Math.ceil(records / placed!.count)
    return [module, { answers: share(answers), received: share(received) }] as const
  })
  return new Map(await Promise.all(entries))
}

/** The runtime's records of `orders` more orders. Nobody asks for them again, so which they are copies of is no matter. */
async function addRecords(sql: Sql, module: Written, perOrder: Records, orders: number): Promise<void> {
  const run = newSecret('copy')
  await sql`
    with origin as (
      select *, row_number() over () - 1 as nth
      from (select * from ${sql(module)}.pando_idempotency limit ${MAX_TEMPLATES}) as kept
    )
    insert into ${sql(module)}.pando_idempotency (key, input_hash, answer, created_at)
    select ${run} || '-' || copy.nth, input_hash, answer, created_at
    from generate_series(1, ${orders * perOrder.answers}::int) as copy (nth)
    join origin on origin.nth = copy.nth % (select count(*) from origin)`
  await sql`
    insert into ${sql(module)}.pando_inbox (event_id, received_at)
    select ${run} || '-' || nth, now() from generate_series(1, ${orders * perOrder.received}::int) as copy (nth)`
}
