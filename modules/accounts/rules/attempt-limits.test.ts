import { expect, it } from 'vitest'
import { limitsOfAddress } from './attempt-limits.ts'

const limitsFrom = (clientNetwork: string) =>
  limitsOfAddress('ada@example.com', { clientNetwork, device: undefined })

it('an address has a count for each network and a total', () => {
  const [perNetwork, total] = limitsFrom('203.0.113.7')
  const [otherNetwork, sameTotal] = limitsFrom('203.0.113.8')
  expect(perNetwork!.subject).not.toBe(otherNetwork!.subject)
  expect(total).toEqual(sameTotal)
})

it('a single network cannot use up the limit of an address', () => {
  const [perNetwork, total] = limitsFrom('203.0.113.7')
  // One more, because the windows of the network and of the total begin at different times
  const maxOfOneNetwork = perNetwork!.max * Math.ceil(total!.windowMs / perNetwork!.windowMs + 1)
  expect(maxOfOneNetwork).toBeLessThan(total!.max)
})

it('a known device has a separate count', () => {
  const device = limitsOfAddress('ada@example.com', { clientNetwork: '203.0.113.7', device: 'abc' })
  expect(device).toHaveLength(1)
  expect(limitsFrom('203.0.113.7').map(({ subject }) => subject)).not.toContain(device[0]!.subject)
})
