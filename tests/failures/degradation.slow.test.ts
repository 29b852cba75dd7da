import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { audit } from '#lab/audit.ts'
import { goToReview, PASSWORD, register } from '#modules/storefront/testing/stocked-shop.ts'
import { readOrMakeSecret } from '#runtime/base/secret.ts'
import { askShop } from '#runtime/supervisor/ask-shop.ts'
import { ApiClient } from '#tests/support/api-client.ts'
import { openVisitor, problemsOf } from '#tests/support/browser.ts'
import { Browserless, fieldsOf, type ShownPage } from '#tests/support/browserless.ts'
import { openInProcesses } from '#tests/support/sample-shop.ts'
import {
  type ApiRequest,
  type Journey,
  journeys,
  type Outcome,
  type Row,
  table,
  well,
} from './degradation-table.ts'

const HANDLE = 'step-stool-for-children'
const PRODUCT = `/products/${HANDLE}`
/** What pages and the answers that they are made of may be old. */
const PAGES_KEPT_MS = 3500
const ANSWERS_KEPT_MS = 10_500
const BACK_MS = 45_000

let shop: Awaited<ReturnType<typeof openInProcesses>>
let customer: Browserless
const email = 'ada@example.com'
const latencies: string[] = []

beforeAll(async () => {
  shop = await openInProcesses('microservices')
  const { variants } = await shop.calls.catalog.getProduct({ handle: HANDLE })
  const items = variants.map(({ id: variantId }) => ({ variantId, quantity: 10_000, backorder: false }))
  await shop.calls.inventory.importStock({ items, overwrite: true, dryRun: false })
  customer = new Browserless(shop.origin)
  await register(customer, email)
  await buy(customer)
}, 180_000)
afterAll(async () => {
  console.log(`milliseconds for a page with the module away\n${latencies.join('\n')}`)
  await shop?.stop()
}, 60_000)

/** One way of being away, and back. */
interface Outage {
  begin(module: string): Promise<void>
  end(module: string): Promise<void>
}
const outages: Record<string, Outage> = {
  'is dead': {
    begin: (module) => control('hold', { process: module }) as Promise<void>,
    end: (module) => control('release', { process: module }) as Promise<void>,
  },
  hangs: {
    begin: (module) => signal(module, 'SIGSTOP'),
    end: (module) => signal(module, 'SIGCONT'),
  },
}
const cases = Object.keys(outages).flatMap((outage) =>
  Object.keys(table).map((module) => [module, outage] as const),
)

describe.each(cases)('while %s %s', (module, name) => {
  const outage = outages[name]!
  const row = table[module]!

  it('the shop does what the table says, and all that waited comes afterwards', async () => {
    const guest = await readyGuest()
    const api = await readyApi()
    const addFields = fieldsOf(await new Browserless(shop.origin).get(PRODUCT), '/cart/lines')
    const review = await guest.get('/checkout/review')
    const orderFields = fieldsOf(review, '/checkout')
    await outage.begin(module)
    const seen: Partial<Record<Journey, ShownPage>> = {}
    try {
      latencies.push(`${module} ${name}: ${await latencyOf(module, guest)}`)
      await sleep(name === 'hangs' && module === 'catalog' ? ANSWERS_KEPT_MS : PAGES_KEPT_MS)
      const fresh = () => new Browserless(shop.origin)
      const steps: Record<Journey, () => Promise<ShownPage>> = {
        home: () => fresh().get('/'),
        search: () => fresh().get('/search?q=lamp'),
        product: () => fresh().get(PRODUCT),
        session: () => customer.get(PRODUCT),
        add: () => fresh().post('/cart/lines', addFields),
        cart: () => guest.get('/cart'),
        review: () => guest.get('/checkout/review'),
        order: () => guest.post('/checkout', orderFields),
        logIn: () => fresh().post('/account/login', { email, password: PASSWORD, next: '/account' }),
        account: () => customer.get('/account'),
        mailbox: () => fresh().get('/mailbox'),
      }
      const wrong: string[] = []
      for (const journey of Object.keys(journeys) as Journey[]) {
        const began = performance.now()
        const page = await steps[journey]()
        seen[journey] = page
        const ms = performance.now() - began
        if (ms > 4000) wrong.push(`${journey} took ${ms.toFixed(0)} ms`)
        wrong.push(...differences(journey, page, row.pages[journey] ?? well[journey]))
      }
      expect(wrong).toEqual([])
      expect(await apiOutcomes(api)).toEqual({
        products: 'ok',
        cart: 'ok',
        me: 'ok',
        orders: 'confirmed',
        ...row.api,
      })
      if (name === 'is dead') expect(await barriers(guest, row)).toEqual([])
    } finally {
      await outage.end(module)
    }
    await expect.poll(() => isWell(), { timeout: BACK_MS, interval: 500 }).toBe(true)
    // The same press once more: whatever was refused can be ordered now, and what was ordered is the same order.
    if (seen.order!.status === 503) {
      // Each process finds out by itself that the module is back.
      const press = async () => (await guest.post('/checkout', orderFields)).text
      await expect.poll(press, { timeout: BACK_MS, interval: 500 }).toContain(well.order.says)
    }
    await expect.poll(unfinished, { timeout: BACK_MS, interval: 500 }).toEqual([])
    await shop.drain()
    const audited = async () => audit(shop.shop)
    // What a refused checkout set aside at the last moment is given back at its next look.
    await expect.poll(async () => (await audited()).problems, { timeout: BACK_MS, interval: 500 }).toEqual([])
    const report = await audited()
    expect(report.counts.confirmations).toBe(await confirmed())
  }, 240_000)
})

it('while the storefront is dead nobody can shop, and everything else goes on', async () => {
  const guest = await readyGuest()
  await control('hold', { process: 'notifications' })
  expect((await order(guest)).text).toContain(well.order.says)
  await control('hold', { process: 'storefront' })
  try {
    // The supervisor keeps the port, so that a visitor of the moment waits until the storefront is back.
    const waiting = fetch(shop.origin, { signal: AbortSignal.timeout(3000) })
    await expect(waiting).rejects.toThrow()
    await control('release', { process: 'notifications' })
    await shop.drain()
    const report = await audit(shop.shop)
    expect(report.problems).toEqual([])
    expect(report.counts.confirmations).toBe(await confirmed())
  } finally {
    await control('release', { process: 'storefront' })
  }
  expect(await isWell()).toBe(true)
}, 120_000)

function differences(journey: Journey, page: ShownPage, { status, says, not }: Outcome): string[] {
  const retry = page.headers.get('retry-after')
  return [
    ...(page.status === status ? [] : [`${journey} answered ${page.status}: ${page.text.slice(0, 200)}`]),
    ...(says === undefined || page.text.includes(says)
      ? []
      : [`${journey} says: ${page.text.slice(0, 300)}`]),
    ...(not === undefined || !page.text.includes(not) ? [] : [`${journey} says "${not}"`]),
    ...((status === 503) === (retry !== null) ? [] : [`${journey} has Retry-After ${retry}`]),
    ...(page.html.includes('<main id="main"') && page.html.includes('</html>')
      ? []
      : [`${journey} has no layout`]),
  ]
}

/** The page that needs the module most, four times, from the moment on in which it went. */
async function latencyOf(module: string, guest: Browserless): Promise<string> {
  const paths: Record<string, [Browserless, string]> = {
    catalog: [guest, `/search?q=${Math.random()}`],
    inventory: [guest, '/cart'],
    accounts: [customer, '/account'],
    cart: [guest, '/cart'],
    orders: [customer, '/account'],
    notifications: [guest, '/mailbox'],
    payments: [guest, '/payments/test/pay_0none'],
  }
  const [visitor, path] = paths[module]!
  const times: string[] = []
  for (let i = 0; i < 4; i++) {
    const began = performance.now()
    await visitor.get(path)
    times.push((performance.now() - began).toFixed(0))
  }
  return `${path.split('?')[0]} first ${times[0]}, then ${times.slice(1).join(', ')}`
}

async function apiOutcomes({ api, cart, session }: Awaited<ReturnType<typeof readyApi>>) {
  const bearer = { authorization: `Bearer ${cart.token}` }
  const answers: Record<ApiRequest, { status: number; body: { code?: string; status?: unknown } }> = {
    products: await api.call('GET', `/products?limit=${1 + Math.floor(Math.random() * 90)}`),
    cart: await api.call('GET', `/carts/${cart.id}`, undefined, bearer),
    me: await api.call('GET', '/accounts/me', undefined, { authorization: `Bearer ${session}` }),
    orders: await api.placeOrder(cart),
  }
  return Object.fromEntries(
    Object.entries(answers).map(([request, { status, body }]) => {
      if (status >= 300) return [request, status === 503 ? body.code : `${status} ${body.code}`]
      return [request, request === 'orders' ? body.status : 'ok']
    }),
  )
}

/** What axe finds wrong with the pages that look otherwise than usual. */
async function barriers(guest: Browserless, { pages }: Row): Promise<string[]> {
  const visitor = await openVisitor({ width: 320 })
  try {
    const problems: string[] = []
    for (const [journey, who, path] of [
      ['session', customer, PRODUCT],
      ['cart', guest, '/cart'],
      ['account', customer, '/account'],
    ] as const) {
      if (!pages[journey]) continue
      const cookies = [...who.cookies].map(([name, value]) => ({ name, value, url: shop.origin }))
      await visitor.page.context().clearCookies()
      await visitor.page.context().addCookies(cookies)
      await visitor.page.goto(shop.origin + path)
      problems.push(...(await problemsOf(visitor.page)))
    }
    return problems
  } finally {
    await visitor.close()
  }
}

async function isWell(): Promise<boolean> {
  const fresh = new Browserless(shop.origin)
  const pages = [await fresh.get(PRODUCT), await fresh.get('/mailbox'), await customer.get('/account')]
  return (
    pages.every(({ status }) => status === 200) &&
    pages[0]!.text.includes('In stock') &&
    !pages[2]!.text.includes('We cannot')
  )
}

async function unfinished() {
  const { items } = await shop.calls.orders.listOrders({ status: 'pending', limit: 100 })
  return items.map(({ id }) => id)
}

async function confirmed(): Promise<number> {
  return (await shop.calls.orders.listOrders({ status: 'confirmed', limit: 100 })).items.length
}

async function readyGuest(): Promise<Browserless> {
  const guest = new Browserless(shop.origin)
  await guest.submit(await guest.get(PRODUCT), '/cart/lines')
  await goToReview(guest)
  return guest
}

async function order(visitor: Browserless): Promise<ShownPage> {
  return visitor.submit(await visitor.get('/checkout/review'), '/checkout')
}

async function buy(visitor: Browserless): Promise<void> {
  await visitor.submit(await visitor.get(PRODUCT), '/cart/lines')
  const page = await visitor.submit(await goToReview(visitor), '/checkout')
  expect(page.text).toContain(well.order.says)
}

async function readyApi() {
  const api = new ApiClient(shop.origin)
  const { body } = await api.call('GET', `/products/${HANDLE}`)
  const cart = await api.fillCart([{ variantId: body.variants[0].id, quantity: 1 }])
  return { api, cart, session: customer.cookies.get('pando_session')! }
}

async function signal(module: string, name: NodeJS.Signals): Promise<void> {
  const { replicas } = (await control('status', {})) as { replicas: { process: string; pid: number }[] }
  process.kill(replicas.find((replica) => replica.process === module)!.pid, name)
}

function control(operation: string, input: object): Promise<unknown> {
  const { dataDirectory } = shop
  return askShop({
    dataDirectory,
    secret: async () => (await readOrMakeSecret(dataDirectory)).secret,
    operation,
    input,
  })
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
