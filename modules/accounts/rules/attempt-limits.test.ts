import { expect, it } from 'vitest'
import { limitsOfEmail } from './attempt-limits.ts'

const limitsFrom = (clientNetwork: string) =>
  limitsOfEmail('ada@example.com', { clientNetwork, knownDevice: undefined })

it('limitsOfEmail() has a count for each network, and one for all networks together', () => {
  const [perNetwork, total] = limitsFrom('203.0.113.7')
  const [otherNetwork, sameTotal] = limitsFrom('203.0.113.8')
  expect(perNetwork!.subject).not.toBe(otherNetwork!.subject)
  expect(total).toEqual(sameTotal)
})

it('limitsOfEmail() does not let a single network use up the count of all networks', () => {
  const [perNetwork, total] = limitsFrom('203.0.113.7')
  // One more, because the windows of the network and of the total begin at different times
  const maxOfOneNetwork = perNetwork!.max * Math.ceil(total!.windowMs / perNetwork!.windowMs + 1)
  expect(maxOfOneNetwork).toBeLessThan(total!.max)
})

it('limitsOfEmail() has one count for a known device, and no other attempt adds to it', () => {
  const device = limitsOfEmail('ada@example.com', { clientNetwork: '203.0.113.7', knownDevice: 'abc' })
  expect(device).toHaveLength(1)
  expect(limitsFrom('203.0.113.7').map(({ subject }) => subject)).not.toContain(device[0]!.subject)
})
