import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { sampleOrder } from '../testing/sample-order.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['notifications'], publicUrl: 'https://shop.example.com' })
})
afterAll(() => shop.stop())

/** Delivers an event, as the relay does. */
function react(name: string, payload: object, id: string): Promise<void> {
  return shop.shop.dispatcher.react('notifications', { id, name, payload })
}

async function mailsTo(email: string) {
  const { items } = await shop.calls.notifications.listMessages({ limit: 100 })
  const mine = items.filter(({ to }) => to === email)
  return Promise.all(mine.map(({ id }) => shop.calls.notifications.getMessage({ messageId: id })))
}

describe('reactions to orders', () => {
  it.each([
    ['orders.orderConfirmed', 'confirmed@example.com', 'Your order 1042'],
    ['orders.orderCancelled', 'cancelled@example.com', 'Order 1042 has been cancelled'],
    ['orders.orderFulfilled', 'fulfilled@example.com', 'Order 1042 is on its way'],
  ])(
    '%s creates one email for each order, even when the event is delivered or emitted twice',
    async (name, email, subject) => {
      const order = sampleOrder({ contact: { ...sampleOrder().contact, email } })
      await react(name, { orderId: order.id, order }, `evt_${name}`)
      await react(name, { orderId: order.id, order }, `evt_${name}`)
      await react(name, { orderId: order.id, order }, `evt_${name}_again`)
      const mails = await mailsTo(email)
      expect(mails).toEqual([expect.objectContaining({ subject, status: 'kept' })])
      expect(mails[0]!.text).toMatch(/https:\/\/shop\.example\.com\/orders\/ord_0sample\?key=okey_\w+\n?/)
    },
  )
})

describe('reactions to accounts', () => {
  const register = (email: string, password = 'correct horse battery') =>
    shop.calls.accounts.register({ email, password, name: 'Win money at http://eve.example.com' })
  const tokenIn = (text: string) => /\?token=(\S+)/.exec(text)?.[1] ?? 'no token'

  it('the email about a new account confirms its address', async () => {
    await register('ada@example.com')
    await shop.drain()
    const [mail] = await mailsTo('ada@example.com')
    expect(mail!.subject).toBe('Confirm your email address')
    await shop.calls.accounts.verifyEmail({ token: tokenIn(mail!.text) })
    const { account } = await shop.calls.accounts.logIn({
      email: 'ada@example.com',
      password: 'correct horse battery',
    })
    expect(account.verified).toBe(true)
  })

  it('a registration with the address of a confirmed account sends its owner an email without a token', async () => {
    await register('owner@example.com')
    await shop.drain()
    const [first] = await mailsTo('owner@example.com')
    await shop.calls.accounts.verifyEmail({ token: tokenIn(first!.text) })
    // So that the next email is the newest
    shop.clock.advance(1000)
    await register('owner@example.com', 'what a stranger likes')
    await shop.drain()
    const [second] = await mailsTo('owner@example.com')
    expect(second!.subject).toBe('You already have an account')
    expect(second!.text + second!.html).not.toContain('token')
  })

  it('the email about a new account does not contain its name, which a stranger may have typed', async () => {
    await register('named@example.com')
    await shop.drain()
    const [mail] = await mailsTo('named@example.com')
    expect(mail!.text + mail!.html).not.toContain('Win money')
  })

  it('each password reset request gets an email whose token sets a new password', async () => {
    await register('reset@example.com')
    for (let i = 0; i < 2; i++) {
      await shop.calls.accounts.requestPasswordReset({ email: 'reset@example.com' })
      await shop.runJob('accounts.issuePasswordResets')
      await shop.drain()
      shop.clock.advance(1000)
    }
    const mails = (await mailsTo('reset@example.com')).filter(
      ({ subject }) => subject === 'Set a new password',
    )
    expect(mails).toHaveLength(2)
    await shop.calls.accounts.resetPassword({ token: tokenIn(mails[0]!.text), password: 'a better password' })
    await shop.calls.accounts.logIn({ email: 'reset@example.com', password: 'a better password' })
  })

  it('an address gets at most five emails of a kind per hour', async () => {
    const count = async () => (await mailsTo('flooded@example.com')).length
    for (let i = 0; i < 7; i++) await register('flooded@example.com', `some password ${i}`)
    await shop.drain()
    expect(await count()).toBe(5)
    shop.clock.advance(3_600_001)
    await register('flooded@example.com', 'after an hour')
    await shop.drain()
    expect(await count()).toBe(6)
  })
})
