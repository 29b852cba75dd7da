import { openPool, type Pool, type Sql } from '#runtime/database/pool.ts'
import { newId, newSecret } from '#shared/ids.ts'

export interface ManyOrders {
  /** URL of the database with the module's tables, for a role that may write to them. */
  databaseUrl(module: CopiedModule): string
  /** Number of orders to add. */
  count: number
  /** Update the statistics of the query planner. Default: true. */
  analyze?: boolean
}

const COPIED_MODULES = ['orders', 'payments', 'inventory', 'cart', 'notifications'] as const
export type CopiedModule = (typeof COPIED_MODULES)[number]

const BATCH = 5000
const MAX_TEMPLATES = 100

/** The ids of a real order, or of a copy. */
interface Ids {
  orderId: string
  intentId: string
  cartId: string
}
/** Columns with one entry for each copy in the batch: the ids of the template in `from`, those of the copy in `to`. */
interface Batch {
  from: Record<keyof Ids, string[]>
  to: Record<keyof Ids, string[]>
}

/**
 * Fills the databases of a shop with finished orders. They are copies of its confirmed orders, of which there must be at
 * least one, and whose emails must have been sent. All rows of an order are copied under new ids: payment, reservation,
 * cart, email, and records of the runtime. A stock count of each variant offsets the copied sales, so that the stock on
 * hand does not change. Each copy can be read with the token of its template's cart. Returns the ids of the copies.
 *
 * The rows are written without the modules, so the data are inconsistent until the function returns.
 */
export async function multiplyOrders({ databaseUrl, count, analyze = true }: ManyOrders): Promise<string[]> {
  const pools = new Map(COPIED_MODULES.map((module) => [module, connect(databaseUrl(module))]))
  const poolOf = (module: CopiedModule) => pools.get(module)!
  try {
    const templates = await findTemplates(poolOf('orders'))
    const perOrder = await recordsPerOrder(poolOf)
    const batches = planBatches(templates, count)
    const fill = async (module: CopiedModule) => {
      for (const batch of batches) {
        await ADDITIONS[module](poolOf(module), batch)
        await addRecords(poolOf(module), module, perOrder.get(module)!, batch.to.orderId.length)
      }
    }
    await Promise.all(COPIED_MODULES.map(fill))
    if (analyze) await Promise.all([...pools.values()].map((sql) => sql`analyze`))
    return batches.flatMap((batch) => batch.to.orderId)
  } finally {
    await Promise.all([...pools.values()].map((sql) => sql.end()))
  }
}

const ADDITIONS: Record<CopiedModule, (sql: Sql, batch: Batch) => Promise<void>> = {
  orders: addOrders,
  payments: addPayments,
  inventory: addReservations,
  cart: addCarts,
  notifications: addEmails,
}

function connect(url: string): Pool {
  return openPool({ url, max: 1, name: 'many orders', synchronousCommit: 'off' })
}

async function findTemplates(sql: Sql): Promise<Ids[]> {
  const templates = await sql<Ids[]>`
    select id as "orderId", intent_id as "intentId", cart_id as "cartId" from orders.placed_order
    where status = 'confirmed' and payment_status = 'paid' order by id limit ${MAX_TEMPLATES}`
  if (templates.length === 0)
    throw new Error('Cannot multiply orders: the shop has no confirmed order. Place one first')
  return templates
}

function planBatches(templates: readonly Ids[], count: number): Batch[] {
  const batches: Batch[] = []
  for (let left = count; left > 0; left -= BATCH) batches.push(planBatch(templates, Math.min(BATCH, left)))
  return batches
}

/** Assigns the copies to the templates in turn. */
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
      as copy (template_id, id, intent_id, cart_id)
    join orders.placed_order template on template.id = copy.template_id`
  await sql`
    insert into orders.pando_workflow (id, name, key, input_hash, status, next_step, state, answer, failure, runner, attempts,
      wake_at, deadline_at, started_at, ended_at)
    select copy.id, name, case when key is not null then 'copy-' || copy.id end, input_hash, template.status, next_step, state,
      replace(replace(replace(answer::text, copy.template_id, copy.id), template_order.cart_id, placed.cart_id),
        '"P-' || template_order.number || '"', '"P-' || placed.number || '"')::json,
      failure, runner, attempts, wake_at, deadline_at, started_at, ended_at
    from unnest(${from.orderId}::text[], ${to.orderId}::text[]) as copy (template_id, id)
    join orders.pando_workflow template on template.id = copy.template_id
    join orders.placed_order template_order on template_order.id = copy.template_id
    join orders.placed_order placed on placed.id = copy.id`
}

/** Also copies the charge of the built-in provider, which it stores in a table of payments. */
async function addPayments(sql: Sql, { from, to }: Batch): Promise<void> {
  await sql`
    insert into payments.intent (id, order_id, provider, token, amount, currency, capture, status, captured, refunded,
      reference, action_url, reason, created_at, updated_at)
    select copy.id, copy.order_id, provider, token, amount, currency, capture, status, captured, refunded,
      case when reference is not null then 'copy-' || copy.id end, action_url, reason, created_at, updated_at
    from unnest(${from.intentId}::text[], ${to.intentId}::text[], ${to.orderId}::text[]) as copy (template_id, id, order_id)
    join payments.intent template on template.id = copy.template_id`
  await sql`
    insert into payments.test_charge (key, reference, token, amount, currency, capture, status, captured, refunded, reason,
      action_url, version)
    select copy.id, 'copy-' || copy.id, token, amount, currency, capture, status, captured, refunded, reason, action_url,
      version
    from unnest(${from.intentId}::text[], ${to.intentId}::text[]) as copy (template_id, id)
    join payments.test_charge template on template.key = copy.template_id`
}

async function addReservations(sql: Sql, { from, to }: Batch): Promise<void> {
  await sql`
    insert into inventory.reservation (id, status, lines, expires_at, created_at, changed_at)
    select copy.id, status, lines, expires_at, created_at, changed_at
    from unnest(${from.orderId}::text[], ${to.orderId}::text[]) as copy (template_id, id)
    join inventory.reservation template on template.id = copy.template_id`
  // A stock count of the same quantity offsets the copied sales of a variant
  await sql`
    with sold as (
      insert into inventory.movement (reference, variant_id, reason, delta, moved_at)
      select copy.id, variant_id, reason, delta, moved_at
      from unnest(${from.orderId}::text[], ${to.orderId}::text[]) as copy (template_id, id)
      join inventory.movement template on template.reference = copy.template_id
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
    from unnest(${from.cartId}::text[], ${to.cartId}::text[], ${to.orderId}::text[]) as copy (template_id, id, order_id)
    join cart.cart template on template.id = copy.template_id`
}

async function addEmails(sql: Sql, { from, to }: Batch): Promise<void> {
  await sql`
    insert into notifications.message (id, kind, about, recipient, recipient_key, subject, text_body, html_body, status, tries,
      due_at, error, created_at, sent_at)
    select 'msg_' || substr(copy.id, 5), kind, copy.id, recipient, recipient_key, subject,
      replace(text_body, copy.template_id, copy.id), replace(html_body, copy.template_id, copy.id), status, tries, due_at, error,
      created_at, sent_at
    from unnest(${from.orderId}::text[], ${to.orderId}::text[]) as copy (template_id, id)
    join notifications.message template on template.about = copy.template_id and template.kind = 'orderConfirmed'`
}

interface Records {
  answers: number
  received: number
}

/** Returns how many stored answers and received events each module has per order so far, rounded up. */
async function recordsPerOrder(poolOf: (module: CopiedModule) => Sql): Promise<Map<CopiedModule, Records>> {
  const [placed] = await poolOf('orders')<{ count: number }[]>`
    select count(*)::int as count from orders.placed_order`
  const entries = COPIED_MODULES.map(async (module) => {
    const sql = poolOf(module)
    const [kept] = await sql<Records[]>`
      select (select count(*)::int from ${sql(module)}.pando_idempotency) as answers,
        (select count(*)::int from ${sql(module)}.pando_inbox) as received`
    const { answers, received } = kept!
    const share = (records: number) => Math.ceil(records / placed!.count)
    return [module, { answers: share(answers), received: share(received) }] as const
  })
  return new Map(await Promise.all(entries))
}

/** Adds the runtime's records for this number of orders. They are never read again, so any records serve as templates. */
async function addRecords(sql: Sql, module: CopiedModule, perOrder: Records, orders: number): Promise<void> {
  const prefix = newSecret('copy')
  await sql`
    with template as (
      select *, row_number() over () - 1 as nth
      from (select * from ${sql(module)}.pando_idempotency limit ${MAX_TEMPLATES}) as kept
    )
    insert into ${sql(module)}.pando_idempotency (key, input_hash, answer, created_at)
    select ${prefix} || '-' || copy.nth, input_hash, answer, created_at
    from generate_series(1, ${orders * perOrder.answers}::int) as copy (nth)
    join template on template.nth = copy.nth % (select count(*) from template)`
  await sql`
    insert into ${sql(module)}.pando_inbox (event_id, received_at)
    select ${prefix} || '-' || nth, now() from generate_series(1, ${orders * perOrder.received}::int) as copy (nth)`
}
