import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fieldsOf, HttpBrowser, type ShownPage } from '#tests/support/http-browser.ts'
import type { TestShop } from '#tests/support/shop.ts'
import { contactFields, fillCart, goToReview, openStockedShop } from '../testing/stocked-shop.ts'

let shop: TestShop
let guest: HttpBrowser

beforeAll(async () => {
  shop = await openStockedShop()
})
afterAll(() => shop?.stop())
beforeEach(() => {
  guest = new HttpBrowser(shop.origin)
})

describe('a guest who fills in the address form', () => {
  it('sees errors at the fields, with the labels and rules of the chosen country', async () => {
    await fillCart(guest)
    let page = await guest.get('/checkout/contact')
    expect(labelsIn(page)).toMatchObject({
      postalCode: 'Postal code',
      region: 'State or region',
    })
    const empty = Object.fromEntries(Object.keys(contactFields).map((name) => [name, '']))
    const fieldsWithErrors = errorsIn(await guest.submit(page, '/checkout/contact', empty)).map(
      ([field]) => field,
    )
    expect(fieldsWithErrors).toEqual(
      ['email', 'country', 'name', 'line1', 'postalCode', 'city'].map((member) =>
        member === 'email' ? 'field-email' : `field-shippingAddress-${member}`,
      ),
    )
    const { 'shippingAddress.postalCode': _code, ...fields } = contactFields
    const american = { ...fields, 'shippingAddress.country': 'US', 'shippingAddress.postalCode': '' }
    page = await guest.submit(page, '/checkout/contact', american)
    expect([page.status, labelsIn(page)]).toMatchObject([422, { postalCode: 'ZIP code', region: 'State' }])
    expect(errorsIn(page)).toEqual([
      ['field-shippingAddress-postalCode', 'Enter the ZIP code, such as 10001 (United States)'],
      ['field-shippingAddress-region', 'Enter the state: addresses in this country need one (United States)'],
    ])
    expect(fieldsOf(page, '/checkout/contact')).toMatchObject(american)

    // The state is left from an address in California, and the name consists of zero-width spaces
    const french = {
      'shippingAddress.country': 'FR',
      'shippingAddress.region': 'CA',
      'shippingAddress.postalCode': 'ABC',
      'shippingAddress.name': '\u200b\u200b',
    }
    page = await guest.submit(page, '/checkout/contact', french)
    expect(errorsIn(page)).toEqual([
      ['field-shippingAddress-name', 'Enter the full name'],
      ['field-shippingAddress-postalCode', 'Check the postal code: it should look like 75002 (France)'],
      [
        'field-shippingAddress-region',
        'Remove the state or region, or change the country: addresses in this country have none (France)',
      ],
    ])
    expect(fieldsOf(page, '/checkout/contact')).toMatchObject(french)

    const hongKong = {
      'shippingAddress.country': 'HK',
      'shippingAddress.region': '',
      'shippingAddress.postalCode': '',
      'shippingAddress.name': 'Ada Buyer',
    }
    page = await guest.submit(page, '/checkout/contact', hongKong)
    expect(page.path).toBe('/checkout/shipping')
    expect(page.text).toContain('Your address: Street 1, Berlin, Hong Kong SAR China.')
    page = await guest.get('/checkout/contact')
    expect(labelsIn(page)).toMatchObject({ postalCode: 'hidden', region: 'District optional' })
  })

  it('without scripts sees an error for a field that was hidden before, and keeps the other values', async () => {
    await fillCart(guest)
    await guest.submit(await guest.get('/checkout/contact'), '/checkout/contact', contactFields)
    const german = await guest.get('/checkout/contact')
    expect(labelsIn(german)).toMatchObject({ region: 'hidden' })
    const moved = {
      'shippingAddress.name': 'Ada Mover',
      'shippingAddress.postalCode': '10001',
      'shippingAddress.country': 'US',
      'shippingAddress.phone': '030 1234',
    }
    const page = await guest.submit(german, '/checkout/contact', moved)
    expect([page.status, labelsIn(page)]).toMatchObject([422, { region: 'State' }])
    expect(errorsIn(page)).toEqual([
      ['field-shippingAddress-region', 'Enter the state: addresses in this country need one (United States)'],
    ])
    expect(page.html).toMatch(/<div class="error-summary" role="alert" tabindex="-1" autofocus/)
    expect(fieldsOf(page, '/checkout/contact')).toMatchObject({ ...contactFields, ...moved })
  })

  it('is redirected to the form if the address is older than the rules of its country', async () => {
    await fillCart(guest)
    const review = await goToReview(guest)
    const cartId = guest.cookies.get('pando_cart')!
    await shop.sql`
      update cart.cart set contact = jsonb_set(contact, '{shippingAddress,postalCode}', '"ABC"') where id = ${cartId}`
    for (const page of [await guest.submit(review, '/checkout'), await guest.get('/checkout/payment')]) {
      expect([page.path, errorsIn(page)]).toEqual([
        '/checkout/contact',
        [['field-shippingAddress-postalCode', 'Check the postal code: it should look like 10115 (Germany)']],
      ])
      expect(fieldsOf(page, '/checkout/contact')).toMatchObject({ 'shippingAddress.postalCode': 'ABC' })
    }
    const order = await guest.submit(await goToReview(guest), '/checkout')
    expect(order.heading).toBe('Thank you')
  })

  it('may use an internationalised email domain', async () => {
    await fillCart(guest)
    const wrong = await guest.submit(await guest.get('/checkout/contact'), '/checkout/contact', {
      ...contactFields,
      email: 'user@mün..test',
    })
    expect(errorsIn(wrong)).toEqual([['field-email', 'Enter an email address like name@example.com']])
    const order = await guest.submit(await goToReview(guest, 'tok_ok', 'user@münchen.test'), '/checkout')
    expect(order.heading).toBe('Thank you')
    expect(order.text).toContain('sending the confirmation to user@münchen.test')
    expect(order.text).toContain('Create an account for user@münchen.test')
    await shop.drain()
    const { items } = await shop.calls.notifications.listMessages({ limit: 50 })
    expect(items.map(({ to }) => to)).toContain('user@xn--mnchen-3ya.test')
  })
})

/** The labels of those fields of the delivery address that depend on its country, or `hidden`. */
function labelsIn({ html }: ShownPage): Record<string, string> {
  const found = html.matchAll(
    /<div class="field[^"]*"( hidden)? data-part="(\w+)">\s*<label for="field-shippingAddress-\w+">(.*?)<\/label>/g,
  )
  return Object.fromEntries(
    [...found].map(([, hidden, part, label]) => [
      part,
      hidden ? 'hidden' : label!.replaceAll(/<[^>]*>/g, ''),
    ]),
  )
}

/** The errors in the summary: the id of the field and the message. Checks that each field shows its message, too. */
function errorsIn({ html }: ShownPage): [string, string][] {
  const errors = [...html.matchAll(/<li><a href="#(field-[\w-]+)">(.*?)<\/a><\/li>/g)]
  for (const [, field, message] of errors)
    expect(html).toMatch(new RegExp(`id="${field}-error">.*${RegExp.escape(message!)}</p>`))
  return errors.map(([, field, message]) => [field!, message!])
}
