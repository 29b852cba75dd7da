/** Pages and forms that the test requests while a module is unavailable. */
export const journeys = {
  home: 'home page',
  search: 'search',
  product: 'product page',
  session: 'product page, logged in',
  add: 'add to cart',
  cart: 'cart',
  review: 'checkout, last step',
  order: 'place the order',
  logIn: 'log in',
  account: 'account and order history',
  mailbox: 'mailbox',
} as const
export type Journey = keyof typeof journeys

/** The result of a journey: the status of its last page, and a text on it. */
export interface Outcome {
  status: 200 | 503
  says?: string
  /** A text that must not be on the page. */
  not?: string
}

export interface Row {
  /** Pages that differ from those of a healthy shop. All others must be as in a healthy shop. */
  pages: Partial<Record<Journey, Outcome>>
  /** API requests whose answers differ from those of a healthy shop. `pending`: 201 with a pending order. */
  api: Partial<Record<ApiRequest, 'UNAVAILABLE' | 'pending'>>
  /** Work that is done when the module is back. Only the document has it. */
  waits: string
}

export const apiRequests = {
  products: 'GET /products',
  cart: 'GET /carts/{id}',
  orders: 'POST /orders',
  me: 'GET /accounts/me',
} as const
export type ApiRequest = keyof typeof apiRequests

const BUSY: Outcome = { status: 503, says: 'One moment, please' }
const NOT_ORDERED: Outcome = { status: 503, says: 'We cannot place your order right now' }
export const healthy: Record<Journey, Outcome> = {
  home: { status: 200, says: 'Things that grow on you' },
  search: { status: 200, says: 'lamp' },
  product: { status: 200, says: 'In stock' },
  session: { status: 200, says: 'In stock', not: 'as a guest' },
  add: { status: 200, says: 'Added to your cart' },
  cart: { status: 200, says: 'Go to checkout', not: 'We cannot' },
  review: { status: 200, says: 'Place order' },
  order: { status: 200, says: 'Thank you' },
  logIn: { status: 200, says: 'Your orders' },
  account: { status: 200, says: 'Your orders', not: 'We cannot' },
  mailbox: { status: 200, says: 'Mailbox' },
}

/** The differences from a healthy shop while one module is unavailable, whether its process is dead or hangs. */
export const table: Record<string, Row> = {
  catalog: {
    pages: {
      home: BUSY,
      search: BUSY,
      product: BUSY,
      session: BUSY,
      add: BUSY,
      cart: { status: 200, says: 'We cannot check prices right now' },
      order: NOT_ORDERED,
    },
    api: { products: 'UNAVAILABLE', orders: 'UNAVAILABLE' },
    waits: 'Updates of stock for the catalog.',
  },
  inventory: {
    pages: {
      product: { status: 200, says: 'We cannot check stock right now', not: 'In stock' },
      session: { status: 200, says: 'We cannot check stock right now', not: 'In stock' },
      add: { status: 200, says: 'We cannot check stock right now' },
      cart: { status: 200, says: 'We cannot check stock right now' },
      order: NOT_ORDERED,
    },
    api: { orders: 'UNAVAILABLE' },
    waits: 'Releasing the stock that a refused order may have reserved.',
  },
  accounts: {
    pages: {
      session: { status: 200, says: 'you are browsing as a guest' },
      logIn: BUSY,
      account: BUSY,
    },
    api: { me: 'UNAVAILABLE' },
    waits: 'Nothing.',
  },
  cart: {
    pages: { add: BUSY, cart: BUSY, review: BUSY, order: BUSY },
    api: { cart: 'UNAVAILABLE', orders: 'UNAVAILABLE' },
    waits: 'Closing the carts of orders that were under way.',
  },
  orders: {
    pages: {
      order: NOT_ORDERED,
      logIn: { status: 200, says: 'We cannot show your orders right now' },
      account: { status: 200, says: 'We cannot show your orders right now' },
    },
    api: { orders: 'UNAVAILABLE' },
    waits: 'Checkouts that were under way continue, or are compensated.',
  },
  payments: {
    pages: { order: { status: 200, says: 'Payment in progress' } },
    api: { orders: 'pending' },
    waits:
      'Orders wait for their payment for 15 minutes at most, with their stock reserved; then they are compensated.',
  },
  notifications: {
    pages: { mailbox: BUSY },
    api: {},
    waits: 'Emails: the events wait in the outboxes of their emitters, however long it takes.',
  },
}

/** The table in docs/degradation.md. */
export function renderTable(): string {
  const cell = ({ status, says }: Outcome) => `${status}: ${says}`
  const rows = Object.entries(table).flatMap(([module, { pages, api, waits }]) => [
    ...Object.entries(pages).map(([journey, outcome]) => [
      module,
      journeys[journey as Journey],
      cell(outcome),
    ]),
    ...Object.entries(api).map(([request, code]) => [
      module,
      `API \`${apiRequests[request as ApiRequest]}\``,
      code === 'pending' ? '201, status `pending`' : `503 \`${code}\`, with \`Retry-After\``,
    ]),
    [module, 'waits until it is back', waits],
  ])
  const lines = [['unavailable module', 'page or request', 'result'], ['---', '---', '---'], ...rows]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
