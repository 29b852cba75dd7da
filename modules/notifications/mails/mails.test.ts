import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Order } from '#modules/orders/contract.ts'
import { money } from '#shared/money.ts'
import { openVisitor } from '#tests/support/browser.ts'
import { sampleOrder } from '../testing/sample-order.ts'
import { accountExistsMail } from './account-exists.ts'
import { confirmAddressMail } from './confirm-address.ts'
import { orderCancelledMail } from './order-cancelled.ts'
import { orderConfirmedMail } from './order-confirmed.ts'
import { orderFulfilledMail } from './order-fulfilled.ts'
import { passwordResetMail } from './password-reset.ts'
import type { Mail } from './write-mail.ts'

const PUBLIC_URL = 'https://shop.example.com'
const LINK = `${PUBLIC_URL}/orders/ord_0sample?key=okey_1`

/** U+202E: the text after it runs from right to left. */
const RIGHT_TO_LEFT = '\u202e'
/** A text in an isolate, which begins with U+2068 and ends with U+2069. */
const ISOLATED = /\u2068(?:CUP|BIG)\u202e\u2069/g

const orderMails: [string, (order: Order) => Mail][] = [
  ['orderConfirmedMail', (order) => orderConfirmedMail(order, LINK)],
  ['orderCancelledMail', (order) => orderCancelledMail(order, LINK)],
  ['orderFulfilledMail', (order) => orderFulfilledMail(order, LINK)],
]

describe('emails about an order to pick up', () => {
  it.each(orderMails)('%s does not mention shipping', (_, write) => {
    const option = {
      id: 'pickup',
      title: 'Pick up in the shop',
      delivery: 'ready after 1 working day',
      price: money(0, 'EUR'),
      handover: 'pickup',
    } as const
    const { subject, text, html } = write(sampleOrder({ shippingOption: option }))
    for (const content of [subject, text, html])
      expect(content).not.toMatch(/ship|deliver|parcel|carrier|on its way/i)
    expect(text).toMatch(/pick ?up|kept for you/i)
  })
})

describe('emails about goods with right-to-left names', () => {
  it.each(orderMails)('%s isolates the names from the text around them', (_, write) => {
    const [first, second] = sampleOrder().lines
    const title = `CUP${RIGHT_TO_LEFT}`
    const lines = [
      { ...first!, title, variantTitle: `BIG${RIGHT_TO_LEFT}` },
      { ...second!, title, variantTitle: title },
    ]
    const { text, html } = write(sampleOrder({ lines }))
    for (const content of [text, html]) expect(content.replaceAll(ISOLATED, '')).not.toContain(RIGHT_TO_LEFT)
  })
})

describe('orderConfirmedMail()', () => {
  it('contains lines, totals, delivery and a link to the order', () => {
    const mail = orderConfirmedMail(sampleOrder(), LINK)
    expect(mail.subject).toBe('Your order 1042')
    expect(mail.text).toMatchInlineSnapshot(`
      "Thank you for your order

      Your order 1042 is paid, and we are getting it ready. We will email you again when it is on its way.

      Mug
        Blue / Large · 2 × €12.50 = €25.00
      Tea towel
        1 × €9.00 = €9.00

      Subtotal: €34.00
      Delivery: €4.90
      Total: €38.90
      Including tax: €6.21

      Delivery address:
      Ada Lovelace
      12 St James’s Square
      London
      SW1Y 4JH
      United Kingdom
      Standard, 2–4 working days

      See your order:
      https://shop.example.com/orders/ord_0sample?key=okey_1

      -- 
      Pando
      "
    `)
  })

  it('has every word of its text body in its HTML body', () => {
    const { text, html } = orderConfirmedMail(sampleOrder(), LINK)
    const words = new Set(wordsOf(visibleText(html)))
    expect(wordsOf(text).filter((word) => !words.has(word))).toEqual([])
  })

  it('contains the billing address if the order has one', () => {
    const { contact } = sampleOrder()
    const billingAddress = { ...contact.shippingAddress, name: 'Charles Babbage' }
    const mail = orderConfirmedMail(sampleOrder({ contact: { ...contact, billingAddress } }), LINK)
    expect(mail.text).toContain('Billing address:\nCharles Babbage')
    expect(mail.html).toContain('Charles Babbage')
  })
})

describe('orderCancelledMail()', () => {
  it('announces a refund for a refunded payment, and none for a voided one', () => {
    const payment = { provider: 'test', actionUrl: null, reason: null }
    const refunded = orderCancelledMail(sampleOrder({ payment: { ...payment, status: 'refunded' } }), LINK)
    expect(refunded.text).toContain('We are refunding €38.90')
    const voided = orderCancelledMail(sampleOrder({ payment: { ...payment, status: 'voided' } }), LINK)
    expect(voided.text).toContain('you have not been charged')
  })

  it('contains the reason of the payment for an order that was cancelled before it was paid', () => {
    const reason = 'The payment was not completed in time'
    const payment = { provider: 'test', actionUrl: null, status: 'voided', reason } as const
    const { text } = orderCancelledMail(sampleOrder({ payment }), LINK)
    expect(text).toContain(`${reason}. Nothing will be shipped, and you have not been charged.`)
  })
})

describe.each(orderMails)('%s()', (_name, mailOf) => {
  it('escapes names, products and addresses', () => {
    const tags = (mail: Mail) => mail.html.match(/<[^>]*>/g)
    const plain = tags(mailOf(sampleOrder()))
    fc.assert(
      fc.property(markup(), (text) => {
        const { contact, lines } = sampleOrder()
        const mail = mailOf(
          sampleOrder({
            number: text,
            contact: { ...contact, shippingAddress: { ...contact.shippingAddress, name: text, city: text } },
            lines: lines.map((line) => ({ ...line, title: text, variantTitle: `${text} too` })),
          }),
        )
        expect(tags(mail)).toEqual(plain)
      }),
    )
  })

  it('has a subject of one line for any order number', () => {
    const mail = mailOf(sampleOrder({ number: '1\r\nBcc: eve@example.com\r\n\r\nHello' }))
    expect(mail.subject).toContain('1 Bcc: eve@example.com Hello')
    expect(mail.subject).not.toMatch(/[\r\n]/)
  })

  it('links to the order', () => {
    const mail = mailOf(sampleOrder())
    expect(mail.text).toContain(`${LINK}\n`)
    expect(mail.html).toContain(`href="${LINK}"`)
  })
})

describe('account emails', () => {
  it.each([
    ['confirmAddressMail', confirmAddressMail('vrf_secret', PUBLIC_URL), '/account/verify?token=vrf_secret'],
    [
      'passwordResetMail',
      passwordResetMail('rst_secret', PUBLIC_URL),
      '/account/password-reset/new?token=rst_secret',
    ],
    ['accountExistsMail', accountExistsMail(PUBLIC_URL), '/account/login'],
  ])('%s() contains its link in both bodies', (_name, mail, path) => {
    expect(mail.text).toContain(`\n${PUBLIC_URL}${path}\n`)
    expect(mail.html).toContain(`href="${PUBLIC_URL}${path}"`)
  })
})

it('all emails fit a window of 320 px with long URLs and names', async () => {
  const visitor = await openVisitor({ width: 320 })
  try {
    const secret = 'vrf_0123456789abcdefghjkmnpqrstvwxyz'
    const long = 'Donaudampfschifffahrtsgesellschaftskapitän'
    const { lines } = sampleOrder()
    const order = sampleOrder({ lines: lines.map((line) => ({ ...line, title: long })) })
    const mails = [
      ...orderMails.map(([, mailOf]) => mailOf(order)),
      confirmAddressMail(secret, PUBLIC_URL),
      passwordResetMail(secret, PUBLIC_URL),
      accountExistsMail(PUBLIC_URL),
    ]
    for (const { subject, html } of mails) {
      await visitor.page.setContent(html)
      const width = await visitor.page.evaluate('document.documentElement.scrollWidth')
      expect([subject, width]).toEqual([subject, 320])
    }
  } finally {
    await visitor.close()
  }
}, 60_000)

function markup(): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.string({ maxLength: 5 }),
    fc.constantFrom('<', '>', '"', "'", '&', '<script>', '</td>', '<!--', '" style="x', '&lt;'),
  )
  // Never empty: an email leaves out empty texts, and has fewer tags then
  return fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => `x${pieces.join('')}`)
}

function visibleText(html: string): string {
  return html
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}

function wordsOf(text: string): string[] {
  return text.split(/[\s:]+/).filter((word) => /\p{L}|\d/u.test(word))
}
