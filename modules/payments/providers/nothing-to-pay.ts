import type { Answer, ChargeName, Provider } from './provider.ts'

/** The provider of orders that cost nothing: it is only ever given amounts of 0, approves them, and asks nobody. */
export const nothingToPay: Provider = {
  authorize: async ({ key }) => charge(key, 'succeeded'),
  retrieve: async ({ key }) => charge(key, 'succeeded'),
  capture: async ({ key }) => charge(key, 'succeeded'),
  // Nothing was taken, so all of it can be given back at any time.
  cancel: async ({ key }) => charge(key, 'refunded'),
  refund: async ({ key }) => charge(key, 'refunded'),
  verifyWebhook: () => ({ kind: 'forged' }),
}

function charge(key: ChargeName['key'], status: 'succeeded' | 'refunded'): Answer {
  return { kind: 'charge', charge: { reference: key, status } }
}
