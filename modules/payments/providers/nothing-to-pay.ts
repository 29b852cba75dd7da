import type { Answer, ChargeId, Provider } from './provider.ts'

/** The provider of free orders. It gets amounts of 0 only, and approves them without an external request. */
export const nothingToPay: Provider = {
  authorize: async ({ key }) => charge(key, 'succeeded'),
  retrieve: async ({ key }) => charge(key, 'succeeded'),
  capture: async ({ key }) => charge(key, 'succeeded'),
  // `cancel` may only void or refund: with an amount of 0 a refund is right in any state
  cancel: async ({ key }) => charge(key, 'refunded'),
  refund: async ({ key }) => charge(key, 'refunded'),
  verifyWebhook: () => ({ kind: 'forged' }),
}

function charge(key: ChargeId['key'], status: 'succeeded' | 'refunded'): Answer {
  return { kind: 'charge', charge: { reference: key, status } }
}
