import { describe, expect, it } from 'vitest'
import { raw } from '#runtime/html/html.ts'
import { cartPage } from './cart-page.ts'
import { renderDocument } from './document.ts'
import { documentProblems } from './document-problems.ts'
import { fixturePages } from './fixture-pages.ts'
import * as data from './fixtures.ts'
import { emptyForm } from './form-fields.ts'
import { loginPage } from './login-page.ts'
import { mailPage } from './mailbox-pages.ts'
import type { PageContent } from './page-content.ts'
import { productPage } from './product-page.ts'
import { LONG_WORD, pagesWith } from './user-text-pages.ts'

const longTextPages = pagesWith(LONG_WORD)
const NASTY = `"'><script>alert(1)</script><img src=x onerror=alert(2)> &lt;`

describe.each(Object.entries({ ...fixturePages, ...longTextPages }))('the page %s', (_name, page) => {
  it('has valid markup', () => {
    expect(documentProblems(renderDocument(data.frame, page))).toEqual([])
  })
})

describe('renderDocument', () => {
  it('escapes texts from users in each part of the frame', () => {
    const nasty = renderDocument(
      {
        shopName: NASTY,
        publicUrl: NASTY,
        path: NASTY,
        categories: [{ handle: NASTY, title: NASTY }],
        cartCount: 1,
        customerName: NASTY,
        query: NASTY,
        notice: { kind: 'problem', text: NASTY, link: { href: '/x', text: NASTY } },
        assetsVersion: NASTY,
      },
      { title: NASTY, description: NASTY, pictureUrl: NASTY, body: raw('<h1>x</h1>') },
    )
    expectHarmless(nasty)
  })

  it('excludes only personal pages from search engines', () => {
    expect(document(fixturePages.cart!)).toContain('content="noindex"')
    expect(document(fixturePages.home!)).not.toContain('content="noindex"')
  })

  it('shows no navigation in the checkout', () => {
    expect(document(fixturePages['checkout-payment']!)).not.toContain('aria-label="Categories"')
    expect(document(fixturePages.home!)).toContain('aria-label="Categories"')
  })

  it('shows the name of the customer and the number of pieces in the cart', () => {
    const page = renderDocument(
      { ...data.frame, customerName: 'Test Customer', cartCount: 1 },
      fixturePages.home!,
    )
    expect(page).toContain('href="/account"')
    expect(page).toContain('1<span class="visually-hidden"> item</span>')
  })
})

describe('pages', () => {
  it.each(['checkout-review-pickup', 'order-pickup'])('%s does not mention shipping', (name) => {
    // The progress bar has a step "Delivery" in any case
    const text = `${fixturePages[name]!.body}`.replace(/<nav.*?<\/nav>/s, '').replace(/<[^>]*>/g, ' ')
    expect(text).not.toMatch(/ship|deliver/i)
    expect(text).toMatch(/Pickup +Pick up in store/)
  })

  it('escape texts from the catalog, from forms and from emails', () => {
    const nastyForm = (field: string) => ({ values: { [field]: NASTY }, errors: [{ field, message: NASTY }] })
    const line = { ...data.cart.lines[0]!, title: NASTY, variantTitle: NASTY, pictureUrl: NASTY }
    for (const page of [
      loginPage({ form: nastyForm('email'), next: NASTY }),
      cartPage({
        cart: { ...data.cart, lines: [line], coupons: [{ code: NASTY, title: NASTY }] },
        lineMessages: { [line.id]: NASTY },
        form: nastyForm('code'),
        suggestions: [],
      }),
      mailPage({ message: { ...data.message, subject: NASTY, text: NASTY } }),
      nastyProduct(),
    ]) {
      expectHarmless(document(page))
    }
  })

  it('isolate the direction of texts from users', () => {
    // An unmatched end of an isolate, then an override that is never closed
    const overriding = 'WO\u2069RD\u202e'
    const problems = Object.entries(pagesWith(overriding)).flatMap(([name, page]) =>
      leaksOfDirection(
        renderDocument({ ...data.frame, customerName: overriding, query: overriding }, page),
      ).map((leak) => `${name}: ${leak}`),
    )
    expect(problems).toEqual([])
  })

  it('mark a total as excluding delivery until a delivery method is chosen', () => {
    const total = /totals-total"><dt>(.*?)<\/dt>/
    const open = document(fixturePages['checkout-contact']!)
    expect([total.exec(open)![1], open.includes('Not chosen yet')]).toEqual([
      'Total <span class="totals-note">excluding delivery</span>',
      true,
    ])
    expect(total.exec(document(fixturePages['checkout-review']!))![1]).toBe('Total')
  })

  it('shorten a long search query in the heading to 60 characters', () => {
    const { title, body } = longTextPages['search-long']!
    expect([...title].length).toBeLessThan(80)
    expect(/<nav.*<\/nav>/s.exec(`${body}`)![0]).not.toContain('SOUP')
  })

  it('list every category of the header in the footer', () => {
    const categories = Array.from({ length: 9 }, (_, i) => ({ handle: `c${i}`, title: `Category ${i}` }))
    const page = renderDocument({ ...data.frame, categories }, fixturePages.home!)
    expect(/<footer.*<\/footer>/s.exec(page)![0]).toContain('href="/categories/c8"')
  })

  it('never show a submitted password', () => {
    const form = { values: { email: 'a@example.com', password: 'correct horse' }, errors: [] }
    expect(document(loginPage({ form, next: '/account' }))).not.toContain('correct horse')
  })

  it('have no button to buy a sold-out product', () => {
    expect(document(fixturePages['product-sold-out']!)).not.toContain('Add to cart')
    expect(document(fixturePages['product-single']!)).toContain('Add to cart')
  })

  it.each([true, false])(
    'show a product with unlimited stock as always available (`stockKnown`: %s)',
    (stockKnown) => {
      const variant = { ...data.shirt.variants[0]!, stockTracked: false }
      const product = { ...data.shirt, variants: [variant, data.shirt.variants[1]!] }
      const page = document(
        productPage({
          product,
          variant,
          stockKnown,
          crumbs: [],
          chosen: variant.options,
          quantity: 1,
          related: [],
        }),
      )
      expect(page).toContain('<span class="stock-some">Always available</span>')
      const scriptData = /data-variants="([^"]*)"/.exec(page)![1]!.replaceAll('&quot;', '"')
      expect(JSON.parse(scriptData)).toMatchObject([{ stock: 'Always available' }, { available: true }])
      expect(JSON.parse(scriptData)[1]).not.toHaveProperty('stock')
    },
  )

  it('offer to cancel an order only while it is cancellable', () => {
    expect(document(fixturePages['order-placed']!)).toContain(`action="/orders/${data.order.id}/cancel"`)
    expect(document(fixturePages['order-declined']!)).not.toContain('/cancel"')
  })

  it('link to the bank only while the payment waits for the shopper’s confirmation there', () => {
    expect(document(fixturePages['order-to-confirm']!)).toContain(
      'href="https://bank.example/confirm?id=1&amp;x=2"',
    )
    expect(document(fixturePages['order-placed']!)).not.toContain('bank.example')
  })

  it('show an empty cart to a visitor who has no cart', () => {
    const page = document(cartPage({ cart: null, lineMessages: {}, form: emptyForm, suggestions: [] }))
    expect(page).toContain('Your cart is empty')
  })
})

describe('documentProblems', () => {
  const good = document(fixturePages['checkout-contact-wrong']!)
  it.each([
    [
      'errors in a different order from their fields',
      (page: string) => page.replace('#field-email', '#field-billingAddress-postalCode'),
    ],
    ['a second h1', (page: string) => page.replace('</main>', '<h1>x</h1></main>')],
    ['a duplicate id', (page: string) => page.replace('</main>', '<p id="main"></p></main>')],
    ['an input without a label', (page: string) => page.replace('</main>', '<input name="x"></main>')],
    ['a link to nowhere', (page: string) => page.replace('</main>', '<a href="#nowhere">x</a></main>')],
    ['a missing description', (page: string) => page.replace('id="field-email-hint"', 'id="other"')],
    ['an inline style', (page: string) => page.replace('<main', '<main style="color:red"')],
    ['an inline script', (page: string) => page.replace('</main>', '<script>x()</script></main>')],
    [
      'a picture without an alternative text',
      (page: string) => page.replace('</main>', '<img src="/x"></main>'),
    ],
    [
      'a button without a name',
      (page: string) => page.replace('</main>', '<button type="submit"></button></main>'),
    ],
    ['a skipped heading level', (page: string) => page.replace('</main>', '<h4>x</h4></main>')],
    ['an unclosed element', (page: string) => page.replace('</main>', '<div></main>')],
  ])('finds %s', (_what, breakPage) => {
    expect(documentProblems(good)).toEqual([])
    expect(documentProblems(breakPage(good))).not.toEqual([])
  })
})

function nastyProduct(): PageContent {
  const options = [
    { name: NASTY, values: [NASTY] },
    { name: 'Size', values: ['S'] },
  ]
  const variant = { ...data.shirt.variants[0]!, title: NASTY, options: { [NASTY]: NASTY, Size: 'S' } }
  const pictures = [
    { url: NASTY, alt: NASTY },
    { url: '/x', alt: NASTY },
  ]
  const categories = [{ handle: NASTY, title: NASTY }]
  const product = {
    ...data.shirt,
    title: NASTY,
    vendor: NASTY,
    options,
    variants: [variant, variant],
    pictures,
    categories,
  }
  return productPage({
    stockKnown: true,
    product: { ...product, descriptionHtml: '<p>safe</p>' },
    crumbs: [{ href: '/', title: NASTY }],
    variant,
    chosen: variant.options,
    quantity: 1,
    related: [{ ...data.summaries[0]!, title: NASTY, picture: { url: NASTY, alt: NASTY } }],
  })
}

function document(page: PageContent): string {
  return renderDocument(data.frame, page)
}

function expectHarmless(page: string): void {
  expect(page).not.toContain('<script>')
  expect(page).not.toContain('<img src=x')
  expect(page).toContain('&lt;script&gt;')
  expect(documentProblems(page)).toEqual([])
}

/** Visible and spoken texts in which the direction of a text from a user affects the text around it. */
function leaksOfDirection(page: string): string[] {
  // Each element of a description is a separate paragraph for the bidirectional algorithm.
  const shown = page.replace(/<div class="prose">.*?<\/div>/gs, '')
  const spoken = [...shown.matchAll(/ (?:alt|aria-label|content)="([^"]*[a-z]{2}[^"]*)"/g)].map(
    ([, text]) => text!,
  )
  return [...shown.split(/<[^>]*>/), ...spoken].filter((text) => {
    if (!text.includes('\u202e')) return false
    // Removes isolates from the inside out, except those around a user's text together with the shop's own words
    let rest = text
    for (let before = ''; before !== rest; ) {
      before = rest
      rest = rest.replace(/\u2068([^\u2066-\u2069]*)\u2069/g, (_isolate, inner: string) =>
        inner.includes('\u202e') && /[a-z]{2}/.test(inner) ? inner : '',
      )
    }
    return rest.includes('\u202e') || rest.includes('\u2069')
  })
}
