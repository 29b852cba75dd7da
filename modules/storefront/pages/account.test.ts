import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fieldsOf, HttpBrowser } from '#tests/support/http-browser.ts'
import type { TestShop } from '#tests/support/shop.ts'
import {
  addressFields,
  buy,
  fillCart,
  goToReview,
  openStockedShop,
  orderIdIn,
  PASSWORD,
  register,
} from '../testing/stocked-shop.ts'

let shop: TestShop
let visitor: HttpBrowser
let email: string
let count = 0

beforeAll(async () => {
  shop = await openStockedShop()
})
afterAll(() => shop?.stop())
beforeEach(() => {
  visitor = new HttpBrowser(shop.origin)
  email = `customer-${++count}@example.com`
})

async function logIn(browser: HttpBrowser, fields: Record<string, string> = {}, path = '/account/login') {
  return browser.submit(await browser.get(path), '/account/login', { email, password: PASSWORD, ...fields })
}

/** The page of the newest email to this customer whose subject contains a text. Its links are paths. */
async function readMail(subjectPart = ''): Promise<string> {
  await shop.drain()
  const { items } = await shop.calls.notifications.listMessages({ limit: 50 })
  const mail = items.find((message) => message.to.includes(email) && message.subject.includes(subjectPart))!
  const page = await new HttpBrowser(shop.origin).get(`/mailbox/${mail.id}`)
  return page.html.replaceAll('http://localhost:4000', '')
}

describe('an account', () => {
  it('logs the customer in when it is created, and greets them by name', async () => {
    const page = await register(visitor, email, 'Ada <b>& Co')
    expect([page.path, page.heading]).toEqual(['/account', 'Hello, Ada <b>& Co'])
    expect((await visitor.get('/')).text).toContain('Account of Ada <b>& Co')
  })

  it('shows the first page of orders for an invalid cursor', async () => {
    await register(visitor, email)
    const page = await visitor.get('/account?cursor=zz')
    expect([page.status, page.path]).toEqual([200, '/account'])
  })

  it('is created once when the form is sent twice in parallel', async () => {
    const form = await visitor.get('/account/register')
    const fields = { name: 'Ada', email, password: PASSWORD }
    const pages = await Promise.all(
      [visitor, new HttpBrowser(shop.origin)].map((browser) =>
        browser.submit(form, '/account/register', fields),
      ),
    )
    expect(pages.map(({ path }) => path)).toEqual(['/account', '/account'])
    expect(await shop.sql`select 1 from accounts.customer where email = ${email}`).toHaveLength(1)
  })

  it('shows the errors of the form, and keeps its values except the password', async () => {
    const form = await visitor.get('/account/register')
    const page = await visitor.submit(form, '/account/register', { name: 'Ada', email, password: 'short' })
    expect([page.status, page.text]).toEqual([422, expect.stringContaining('at least 10 characters')])
    expect(fieldsOf(page, '/account/register')).toEqual({
      next: '/account',
      name: 'Ada',
      email,
      password: '',
    })
  })

  it('cannot be created twice for an email address, but the form’s answer does not reveal that', async () => {
    await register(visitor, email)
    const page = await register(new HttpBrowser(shop.origin), email)
    expect([page.status, page.path]).toEqual([200, '/account'])
  })

  it('shows and opens orders placed as a guest once the email address is confirmed', async () => {
    const guest = new HttpBrowser(shop.origin)
    await fillCart(guest)
    const orderId = orderIdIn(await guest.submit(await goToReview(guest, 'tok_ok', email), '/checkout'))
    await shop.drain()
    const registered = await register(visitor, email)
    expect(registered.text).toContain('We have sent you an email with a link to confirm your address.')
    const path = `/account/orders/${orderId}`
    const unproven = await visitor.get('/account')
    expect(unproven.html).not.toContain(path)
    expect(unproven.text).toContain(`Orders placed as a guest with ${email} appear here once`)
    expect(unproven.html).toContain('<a href="/account/password-reset">Get a new link</a>')
    expect((await visitor.get(path)).status).toBe(404)
    const link = /\/account\/verify\?token=vrf_\w+/.exec(await readMail('Confirm'))![0]
    const account = await visitor.submit(await visitor.get(link), '/account/verify')
    expect(account.html).toContain(path)
    expect((await visitor.get(path)).text).toContain('Test cup')
  })

  it('is confirmed by the button on the page that the email links to, not by the link alone', async () => {
    await register(visitor, email)
    const link = /\/account\/verify\?token=vrf_\w+/.exec(await readMail())![0]
    const page = await visitor.get(link)
    expect((await visitor.get('/account')).text).toContain('Please confirm your email address')
    const done = await visitor.submit(page, '/account/verify')
    expect([done.path, done.text]).toEqual(['/account', expect.stringContaining('is confirmed')])
    expect(done.text).not.toContain('Please confirm your email address')
    const wrong = await visitor.post('/account/verify', { token: 'vrf_wrong' })
    expect([wrong.status, wrong.heading]).toEqual([422, 'This link has expired'])
    for (const token of ['vrf_wrong', '', 'x'.repeat(300)]) {
      const page = await visitor.get(`/account/verify?token=${token}`)
      expect([page.status, page.heading]).toEqual([410, 'This link has expired'])
    }
  })

  it('gets a new password through a link in an email, which ends its sessions and works once', async () => {
    await register(visitor, email)
    // The email about the new account is sent before the clock advances, so that the one with the link is the newest.
    await shop.drain()
    const other = new HttpBrowser(shop.origin)
    const asked = await other.submit(await other.get('/account/password-reset'), '/account/password-reset', {
      email,
    })
    expect(asked.heading).toBe('Check your email')
    shop.clock.advance(5000)
    await shop.runJob('accounts.issuePasswordResets')
    const link = /\/account\/password-reset\/\w+\?token=\w+/.exec(await readMail())![0]
    const form = await other.get(link)
    const action = /<form[^>]* action="(\/account\/password-reset\/\w+)"/.exec(form.html)![1]!
    const short = await other.submit(form, action, { password: 'short' })
    expect(short.status).toBe(422)
    expect((await other.submit(short, action, { password: 'another long one' })).heading).toBe(
      'Your password has been changed',
    )
    expect((await other.submit(short, action, { password: 'another long one' })).heading).toBe(
      'This link has expired',
    )
    // The link reports that it has expired before it asks for a password, and offers a new link.
    const used = await other.get(link)
    expect([used.status, used.heading]).toEqual([410, 'This link has expired'])
    expect(used.html).toContain('href="/account/password-reset"')
    expect(form.headers.get('referrer-policy')).toBe('no-referrer')
    expect((await visitor.get('/account')).path).toBe('/account/login?next=%2Faccount')
    expect((await visitor.get('/')).text).toContain('Log in')
    expect((await logIn(other)).status).toBe(422)
    expect((await logIn(other, { password: 'another long one' })).path).toBe('/account')
  })
})

describe('the form for a new password', () => {
  it.each([
    ['no token', ''],
    ['a token that is too long', 'x'.repeat(300)],
  ])('says that the link has expired if it has %s', async (_case, token) => {
    const page = await visitor.post('/account/password-reset/confirm', { token, password: PASSWORD })
    expect([page.status, page.heading]).toEqual([422, 'This link has expired'])
  })
})

describe('a customer’s name and password', () => {
  it('are changed, the password only with the current one', async () => {
    await register(visitor, email, 'Ada Buyer')
    const other = new HttpBrowser(shop.origin)
    await logIn(other)
    expect((await visitor.get('/account')).html).toContain('href="/account/details"')
    const form = await visitor.get('/account/details')
    const named = await visitor.submit(form, '/account/details', { name: ' Ada Seller ' })
    expect([named.path, named.heading, named.text.includes('Name saved.')]).toEqual([
      '/account',
      'Hello, Ada Seller',
      true,
    ])
    expect((await visitor.get('/')).text).toContain('Account of Ada Seller')

    const change = (current: string, newPassword: string) =>
      visitor.submit(form, '/account/details/password', {
        'password.current': current,
        'password.new': newPassword,
      })
    const wrong = await change('not the password', 'another long one')
    expect([wrong.status, wrong.text]).toEqual([
      422,
      expect.stringContaining('This is not your current password'),
    ])
    expect(fieldsOf(wrong, '/account/details')).toEqual({ name: 'Ada Seller' })
    const short = await change(PASSWORD, 'short')
    expect([short.status, short.text]).toEqual([422, expect.stringContaining('at least 10 characters')])
    const changed = await change(PASSWORD, 'another long one')
    expect([changed.path, changed.text]).toEqual([
      '/account',
      expect.stringContaining('Your password has been changed'),
    ])
    expect((await other.get('/account')).path).toBe('/account/login?next=%2Faccount')
    expect((await logIn(other, { password: 'another long one' })).path).toBe('/account')
    expect((await visitor.get('/account/details/password')).path).toBe('/account/details')
  })

  it('cannot be changed without a login', async () => {
    for (const path of ['/account/details', '/account/details/password'])
      expect((await visitor.post(path, { name: 'Eve' })).path).toBe('/account/login?next=%2Faccount')
  })
})

describe('the login', () => {
  it('gives the same answer for a wrong password and an unknown email address', async () => {
    await register(visitor, email)
    const other = new HttpBrowser(shop.origin)
    const wrong = await logIn(other, { password: 'not the password' })
    const unknown = await logIn(other, { email: 'unknown@example.com' })
    expect([wrong.status, unknown.status]).toEqual([422, 422])
    const without = (text: string) => text.replaceAll(/customer-\d+@example.com|unknown@example.com/g, '')
    expect(without(unknown.text)).toBe(without(wrong.text))
    expect(fieldsOf(wrong, '/account/login')).toMatchObject({ email, password: '' })
    expect(other.cookies.has('pando_session')).toBe(false)
  })

  it('shows how long to wait after 10 wrong passwords, and links to the password reset', async () => {
    await register(new HttpBrowser(shop.origin), email)
    for (let tries = 0; tries < 10; tries++) await logIn(visitor, { password: 'not the password' })
    const locked = await logIn(visitor, { password: 'not the password' })
    expect([locked.status, Number(locked.headers.get('retry-after')) > 0]).toEqual([429, true])
    expect(locked.html).toMatch(
      /<a href="\/account\/password-reset">Too many wrong passwords\. Wait (?:a|\d+) minutes?, or set a new password by email now</,
    )
  })

  it('redirects a logged-in customer at once, and so does the page to create an account', async () => {
    await register(visitor, email)
    expect((await visitor.get('/account/login?next=/cart')).path).toBe('/cart')
    expect((await visitor.get('/account/register?next=/cart')).path).toBe('/cart')
  })

  it('redirects to the page that the visitor came from', async () => {
    await register(visitor, email)
    await visitor.post('/account/logout')
    const sent = await visitor.get('/account/addresses')
    expect(sent.path).toBe('/account/login?next=%2Faccount%2Faddresses')
    expect((await logIn(visitor, {}, sent.path)).path).toBe('/account/addresses')
  })

  it.each([
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example',
    '/%5C/evil.example',
    '/.//evil.example',
    'javascript:alert(1)',
  ])('redirects only within the shop for the target %s', async (next) => {
    await register(new HttpBrowser(shop.origin), email)
    // The test browser throws if a redirect leaves the shop.
    const page = await visitor.get(`/account/login?next=${encodeURIComponent(next)}`)
    expect((await visitor.submit(page, '/account/login', { email, password: PASSWORD })).path).toMatch(
      /^\/[^/\\]/,
    )
    await visitor.post('/account/logout')
    const posted = await visitor.post('/account/login', { email, password: PASSWORD, next })
    expect(posted.path).toMatch(/^\/[^/\\]/)
    const known = await visitor.get(`/account/login?next=${encodeURIComponent(next)}`)
    expect(known.path).toMatch(/^\/[^/\\]/)
  })

  it('adds the guest’s cart to the customer’s cart from another device', async () => {
    await register(visitor, email)
    await fillCart(visitor, 'cup', 2)
    const phone = new HttpBrowser(shop.origin)
    await fillCart(phone, 'cup')
    await fillCart(phone, 'bowl')
    await logIn(phone)
    expect(phone.cookies.has('pando_bearer')).toBe(false)
    const cart = await phone.get('/cart')
    expect(cart.text).toContain('Cart , 4 items')
    expect(cart.text).toMatch(/Test cup.*Test bowl/)
    expect((await visitor.get('/cart')).text).toContain('Cart , 4 items')
  })

  it('opens the customer’s cart on a new device', async () => {
    await register(visitor, email)
    await fillCart(visitor, 'cup', 2)
    const phone = new HttpBrowser(shop.origin)
    expect((await logIn(phone)).text).toContain('Cart , 2 items')
    await fillCart(phone, 'cup')
    expect((await visitor.get('/cart')).text).toContain('Cart , 3 items')
  })

  it('ends with the logout, which deletes all personal cookies', async () => {
    await buy(visitor)
    await register(visitor, email)
    const order = orderIdIn(await buy(visitor))
    await fillCart(visitor)
    const session = visitor.cookies.get('pando_session')!
    const page = await visitor.submit(await visitor.get('/account'), '/account/logout')
    expect(page.text).toContain('You are logged out')
    expect([...visitor.cookies.keys()]).toEqual([])
    visitor.cookies.set('pando_session', session)
    expect((await visitor.get('/account')).path).toBe('/account/login?next=%2Faccount')
    expect((await visitor.get(`/orders/${order}`)).heading).toBe('Log in')
  })
})

describe('a customer', () => {
  it('sees their orders, which other customers cannot see', async () => {
    await register(visitor, email)
    const orderId = orderIdIn(await buy(visitor))
    const account = await visitor.get('/account')
    expect(account.html).toContain(`/account/orders/${orderId}`)
    expect((await visitor.get(`/account/orders/${orderId}`)).text).toContain('Being packed')

    const other = new HttpBrowser(shop.origin)
    email = `customer-${++count}@example.com`
    await register(other, email)
    for (const path of [`/account/orders/${orderId}`, `/orders/${orderId}`]) {
      expect((await other.get(path)).status).toBe(404)
    }
    expect((await other.post(`/orders/${orderId}/cancel`)).status).toBe(404)
    expect((await other.get('/account')).text).toContain('No orders yet')
  })

  it('cancels an order', async () => {
    await register(visitor, email)
    const orderId = orderIdIn(await buy(visitor))
    const page = await visitor.submit(await visitor.get(`/orders/${orderId}`), `/orders/${orderId}/cancel`)
    expect(page.text).toContain('Your order is cancelled')
    expect(page.html).not.toContain(`/orders/${orderId}/cancel`)
  })

  it('adds, changes, uses and removes addresses', async () => {
    await register(visitor, email)
    const path = '/account/addresses'
    const refused = await visitor.submit(await visitor.get(path), path, { ...addressFields, city: '' })
    expect([refused.status, fieldsOf(refused, path).line1]).toEqual([422, 'Street 1'])
    const added = await visitor.submit(refused, path, addressFields)
    expect([added.path, added.text]).toEqual([path, expect.stringContaining('Address saved')])
    const one = /\/account\/addresses\/adr_\w+/.exec(added.html)![0]
    expect(fieldsOf(await visitor.get(one), one)).toMatchObject(addressFields)
    const changed = await visitor.submit(await visitor.get(one), one, { line1: 'Lane 2', company: 'Aspen' })
    expect(changed.text).toMatch(/Aspen.*Lane 2/)

    await fillCart(visitor)
    expect((await visitor.get('/checkout/contact')).text).toContain('Use a saved address Ada')
    const contact = await visitor.get(`/checkout/contact?address=${one.split('/').at(-1)}`)
    expect(fieldsOf(contact, '/checkout/contact')).toMatchObject({
      email,
      'shippingAddress.line1': 'Lane 2',
    })

    const other = new HttpBrowser(shop.origin)
    email = `customer-${++count}@example.com`
    await register(other, email)
    expect((await other.get(one)).status).toBe(404)
    expect((await other.post(one, addressFields)).status).toBe(404)
    await other.post(`${one}/remove`)
    expect((await visitor.get(path)).text).toContain('Lane 2')

    const removed = await visitor.submit(await visitor.get(path), `${one}/remove`)
    expect(removed.text).toContain('Address removed')
    expect(removed.text).not.toContain('Lane 2')
  })

  it('corrects an address that is older than the rules of its country', async () => {
    await register(visitor, email)
    const path = '/account/addresses'
    const added = await visitor.submit(await visitor.get(path), path, addressFields)
    const one = /\/account\/addresses\/(adr_\w+)/.exec(added.html)!
    // By SQL, because the form refuses an address in the US without a state
    await shop.sql`
      update accounts.address set address = address || '{"country": "US", "city": "Springfield"}' where id = ${one[1]!}`
    expect((await visitor.get(path)).text).toContain('Springfield')
    const form = await visitor.get(one[0])
    expect(form.text).toContain('Please correct one error')
    expect(form.text).toContain('Enter the state')
    const still = await visitor.submit(form, one[0], { region: 'Bavaria' })
    expect([still.status, fieldsOf(still, one[0]).region]).toEqual([422, 'Bavaria'])
    expect(still.text).toContain('Check the state: enter its name or code, such as Alabama or AL')
    const corrected = await visitor.submit(still, one[0], { region: 'IL' })
    expect([corrected.path, corrected.text]).toEqual([path, expect.stringContaining('Address saved')])
  })

  it('keeps an address in a country that the shop does not deliver to', async () => {
    await register(visitor, email)
    const path = '/account/addresses'
    await visitor.submit(await visitor.get(path), path, addressFields)
    const [one] = /\/account\/addresses\/adr_\w+/.exec((await visitor.get(path)).html)!
    const id = one.split('/').at(-1)!
    // By SQL, because the form does not offer the country
    await shop.sql`update accounts.address set address = address || '{"country": "AQ"}' where id = ${id}`
    const form = await visitor.get(one)
    expect(fieldsOf(form, one)).toMatchObject({ country: 'AQ' })
    expect((await visitor.submit(form, one, { city: 'McMurdo' })).text).toContain('McMurdo')
  })

  it('registers and logs in with an internationalised email domain', async () => {
    await register(visitor, `user${++count}@münchen.test`)
    const other = new HttpBrowser(shop.origin)
    const page = await other.submit(await other.get('/account/login'), '/account/login', {
      email: `USER${count}@xn--mnchen-3ya.test`,
      password: PASSWORD,
    })
    expect(page.path).toBe('/account')
    const wrong = await register(new HttpBrowser(shop.origin), 'user@mün..test')
    expect([wrong.status, wrong.text]).toEqual([
      422,
      expect.stringContaining('Enter an email address like name@example.com'),
    ])
  })

  it.each(['/account', '/account/addresses', '/account/orders/ord_1'])(
    'must be logged in to see %s',
    async (path) => {
      const page = await visitor.get(path)
      expect(page.path).toBe(`/account/login?next=${encodeURIComponent(path)}`)
    },
  )
})

describe('a customer who is logged out', () => {
  it('reaches the order from the link in its email after the login', async () => {
    await register(visitor, email)
    const orderId = orderIdIn(await buy(visitor))
    // The email is found by the order: it went to the email address in the checkout form, which all tests use
    await shop.drain()
    const { items } = await shop.calls.notifications.listMessages({ limit: 50 })
    const mails = await Promise.all(
      items.map(({ id }) => shop.calls.notifications.getMessage({ messageId: id })),
    )
    const link = mails
      .map(({ text }) => /\/account\/orders\/\S+/.exec(text)?.[0])
      .find((found) => found?.includes(orderId))!
    expect(link).toBe(`/account/orders/${orderId}`)
    const phone = new HttpBrowser(shop.origin)
    const asked = await phone.get(link)
    expect(asked.heading).toBe('Log in')
    const order = await logIn(phone, {}, asked.path)
    expect([order.path, order.text]).toEqual([link, expect.stringContaining('Street 1')])
  })

  it('returns from the bank, logs in and sees the order', async () => {
    await register(visitor, email)
    const waiting = await buy(visitor, 'tok_requires_action')
    const bank = /\/payments\/test\/pay_\w+/.exec(waiting.html)![0]
    visitor.cookies.delete('pando_session')
    const back = await visitor.submit(await visitor.get(bank), bank, { decision: 'confirm' })
    expect([back.status, back.heading]).toEqual([200, 'Log in'])
    expect(back.text).toContain('Log in to see this order')
    const order = await logIn(visitor, {}, back.path)
    expect(order.path).toBe(`/orders/${orderIdIn(waiting)}?placed`)
    const paid = await visitor.submit(order, `/orders/${orderIdIn(waiting)}/check`)
    expect(paid.heading).toBe('Thank you')
  })

  it('may create an account instead of logging in, and is redirected to the same page', async () => {
    const asked = await visitor.get('/account/addresses')
    const path = /\/account\/register\?next=[^"]+/.exec(asked.html)![0]
    const fields = { name: 'Ada', email, password: 'short' }
    const wrong = await visitor.submit(await visitor.get(path), '/account/register', fields)
    expect((await visitor.submit(wrong, '/account/register', { password: PASSWORD })).path).toBe(
      '/account/addresses',
    )
  })
})

describe('a guest whose payment is pending', () => {
  it('logs in and still sees that order', async () => {
    await register(new HttpBrowser(shop.origin), email)
    const order = orderIdIn(await buy(visitor, 'tok_requires_action'))
    await logIn(visitor)
    const page = await visitor.get(`/orders/${order}`)
    expect(page.heading).toMatch(/^Order/)
    const bank = /\/payments\/test\/pay_\w+/.exec(page.html)![0]
    const paid = await visitor.submit(await visitor.get(bank), bank, { decision: 'confirm' })
    expect(paid.heading).toBe('Thank you')
    expect((await visitor.get('/cart')).text).toContain('Your cart is empty')
  })
})
