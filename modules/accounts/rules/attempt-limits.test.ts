import { expect, it } from 'vitest'
import { limitsOfAddress } from './attempt-limits.ts'

const network = (clientNetwork: string) =>
  limitsOfAddress('ada@example.com', { clientNetwork, device: undefined })

it('an address has one count for each network and one of all', () => {
  const [one, all] = network('203.0.113.7')
  const [other, same] = network('203.0.113.8')
  expect(one!.subject).not.toBe(other!.subject)
  expect(all).toEqual(same)
})

it('a single network cannot use up what an address has for all', () => {
  const [one, all] = network('203.0.113.7')
  const inThatTime = one!.max * Math.ceil(all!.windowMs / one!.windowMs + 1)
  expect(inThatTime).toBeLessThan(all!.max)
})

it('the count of a known device is nobody else’s', () => {
  const device = limitsOfAddress('ada@example.com', { clientNetwork: '203.0.113.7', device: 'abc' })
  expect(device).toHaveLength(1)
  expect(network('203.0.113.7').map(({ subject }) => subject)).not.toContain(device[0]!.subject)
})
