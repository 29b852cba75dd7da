import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callRunningShop } from '#cli/support/running-shop.ts'
import { audit } from '#lab/audit.ts'
import { goToReview, PASSWORD, register } from '#modules/storefront/testing/stocked-shop.ts'
import { ApiClient } from '#tests/support/api-client.ts'
import { findPageProblems, openVisitor } from '#tests/support/browser.ts'
import { fieldsOf, HttpBrowser, type ShownPage } from '#tests/support/http-browser.ts'
import { replicasOf } from '#tests/support/replicas.ts'
import { openInProcesses } from '#tests/support/sample-shop.ts'
import {
  type ApiRequest,
  healthy,
  type Journey,
  journeys,
  type Outcome,
  type Row,
  table,
} from './degradation-table.ts'

const HANDLE = 'step-stool-for-children'
const PRODUCT = `/products/${HANDLE}`
/** After this time, no page comes from the cache. */
const PAGE_CACHE_MS = 3500
/** After this time, no answer of the catalog, from which pages are made, comes from the cache. */
const ANSWER_CACHE_MS = 10_500
const RECOVERY_TIMEOUT_MS = 45_000

let shop: Awaited<ReturnType<typeof openInProcesses>>
let customer: HttpBrowser
const email = 'ada@example.com'
const latencies: string[] = []

beforeAll(async () => {
  shop = await openInProcesses('microservices')
  const { variants } = await shop.calls.catalog.getProduct({ handle: HANDLE })
  const items = variants.map(({ id: variantId }) => ({ variantId, quantity: 10_000, backorder: false }))
  await shop.calls.inventory.importStock({ items, overwrite: true, dryRun: false })
  customer = new HttpBrowser(shop.origin)
  await register(customer, email)
  await buy(customer)
}, 180_000)
afterAll(async () => {
  console.log(`milliseconds for a page with the module unavailable\n${latencies.join('\n')}`)
  await shop?.stop()
}, 60_000)

/** A kind of outage of a module. */
interface Outage {
  begin(module: string): Promise<void>
  end(module: string): Promise<void>
}
const outages: Record<string, Outage> = {
  // The supervisor does not restart it meanwhile
  'is dead': {
    begin: hold,
    end: release,
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

  it('the shop behaves as the table says, and catches up afterwards', async () => {
    const guest = await guestAtReview()
    const api = await apiWithCart()
    const addFields = fieldsOf(await new HttpBrowser(shop.origin).get(PRODUCT), '/cart/lines')
    const review = await guest.get('/checkout/review')
    const orderFields = fieldsOf(review, '/checkout')
    await outage.begin(module)
    const seen: Partial<Record<Journey, ShownPage>> = {}
    try {
      latencies.push(`${module} ${name}: ${await latencyOf(module, guest)}`)
      await sleep(name === 'hangs' && module === 'catalog' ? ANSWER_CACHE_MS : PAGE_CACHE_MS)
      const fresh = () => new HttpBrowser(shop.origin)
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
        wrong.push(...differences(journey, page, row.pages[journey] ?? healthy[journey]))
      }
      expect(wrong).toEqual([])
      expect(await apiOutcomes(api)).toEqual({
        products: 'ok',
        cart: 'ok',
        me: 'ok',
        orders: 'confirmed',
        ...row.api,
      })
      if (name === 'is dead') expect(await accessibilityProblems(guest, row)).toEqual([])
    } finally {
      await outage.end(module)
    }
    await expect.poll(() => isHealthy(), { timeout: RECOVERY_TIMEOUT_MS, interval: 500 }).toBe(true)
    // Repeat the order with the same form: a refused order succeeds now, and an accepted one is not placed twice
    if (seen.order!.status === 503) {
      // Each process notices by itself that the module is back
      const repeatOrder = async () => (await guest.post('/checkout', orderFields)).text
      await expect
        .poll(repeatOrder, { timeout: RECOVERY_TIMEOUT_MS, interval: 500 })
        .toContain(healthy.order.says)
    }
    await expect.poll(pendingOrders, { timeout: RECOVERY_TIMEOUT_MS, interval: 500 }).toEqual([])
    await shop.drain()
    const audited = async () => audit(shop.shop)
    // The stock that a refused checkout reserved at the last moment is released at its next retry
    await expect
      .poll(async () => (await audited()).problems, { timeout: RECOVERY_TIMEOUT_MS, interval: 500 })
      .toEqual([])
    const report = await audited()
    expect(report.counts.confirmations).toBe(await confirmedOrderCount())
  }, 240_000)
})

it('while the storefront is dead, pages are unavailable and everything else continues', async () => {
  const guest = await guestAtReview()
  await hold('notifications')
  expect((await order(guest)).text).toContain(healthy.order.says)
  await hold('storefront')
  try {
    // The supervisor keeps the public port open, so visitors wait until the storefront is back
    const waiting = fetch(shop.origin, { signal: AbortSignal.timeout(3000) })
    await expect(waiting).rejects.toThrow()
    await release('notifications')
    await shop.drain()
    const report = await audit(shop.shop)
    expect(report.problems).toEqual([])
    expect(report.counts.confirmations).toBe(await confirmedOrderCount())
  } finally {
    await release('storefront')
  }
  expect(await isHealthy()).toBe(true)
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

/** Requests a page that depends on the module four times, right after the outage has begun. Returns the times. */
async function latencyOf(module: string, guest: HttpBrowser): Promise<string> {
  const paths: Record<string, [HttpBrowser, string]> = {
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

async function apiOutcomes({ api, cart, session }: Awaited<ReturnType<typeof apiWithCart>>) {
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

/** The accessibility problems, according to axe, of pages that differ from those of a healthy shop. */
async function accessibilityProblems(guest: HttpBrowser, { pages }: Row): Promise<string[]> {
  const visitor = await openVisitor({ width: 320 })
  try {
    const problems: string[] = []
    for (const [journey, browser, path] of [
      ['session', customer, PRODUCT],
      ['cart', guest, '/cart'],
      ['account', customer, '/account'],
    ] as const) {
      if (!pages[journey]) continue
      const cookies = [...browser.cookies].map(([name, value]) => ({ name, value, url: shop.origin }))
      await visitor.page.context().clearCookies()
      await visitor.page.context().addCookies(cookies)
      await visitor.page.goto(shop.origin + path)
      problems.push(...(await findPageProblems(visitor.page)))
    }
    return problems
  } finally {
    await visitor.close()
  }
}

async function isHealthy(): Promise<boolean> {
  const fresh = new HttpBrowser(shop.origin)
  const pages = [await fresh.get(PRODUCT), await fresh.get('/mailbox'), await customer.get('/account')]
  return (
    pages.every(({ status }) => status === 200) &&
    pages[0]!.text.includes('In stock') &&
    !pages[2]!.text.includes('We cannot')
  )
}

async function pendingOrders() {
  const { items } = await shop.calls.orders.listOrders({ status: 'pending', limit: 100 })
  return items.map(({ id }) => id)
}

async function confirmedOrderCount(): Promise<number> {
  return (await shop.calls.orders.listOrders({ status: 'confirmed', limit: 100 })).items.length
}

async function guestAtReview(): Promise<HttpBrowser> {
  const guest = new HttpBrowser(shop.origin)
  await guest.submit(await guest.get(PRODUCT), '/cart/lines')
  await goToReview(guest)
  return guest
}

async function order(visitor: HttpBrowser): Promise<ShownPage> {
  return visitor.submit(await visitor.get('/checkout/review'), '/checkout')
}

async function buy(visitor: HttpBrowser): Promise<void> {
  await visitor.submit(await visitor.get(PRODUCT), '/cart/lines')
  const page = await visitor.submit(await goToReview(visitor), '/checkout')
  expect(page.text).toContain(healthy.order.says)
}

async function apiWithCart() {
  const api = new ApiClient(shop.origin)
  const { body } = await api.call('GET', `/products/${HANDLE}`)
  const cart = await api.fillCart([{ variantId: body.variants[0].id, quantity: 1 }])
  return { api, cart, session: customer.cookies.get('pando_session')! }
}

async function hold(process: string): Promise<void> {
  await callRunningShop('hold', { process }, { data: shop.dataDirectory })
}

async function release(process: string): Promise<void> {
  await callRunningShop('release', { process }, { data: shop.dataDirectory })
}

async function signal(module: string, name: NodeJS.Signals): Promise<void> {
  const replicas = await replicasOf(shop.dataDirectory)
  process.kill(replicas.find((replica) => replica.process === module)!.pid!, name)
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
