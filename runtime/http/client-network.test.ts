import { expect, it } from 'vitest'
import { clientNetwork, publicNetwork } from './client-network.ts'

it.each([
  ['203.0.113.7', '203.0.113.7'],
  ['203.0.113.7:50123', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::ffff:cb00:7107', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2:ffff::1', '2001:db8:1:2::/64'],
  ['[2001:db8:1:2::1]:443', '2001:db8:1:2::/64'],
  ['2001:DB8:1::1', '2001:db8:1:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['unknown', 'unknown'],
  ['', 'unknown'],
  ['203.0.113.7, 1.1.1.1', 'unknown'],
])('the network of "%s" is %s', (address, network) => {
  expect(clientNetwork(address)).toBe(network)
})

it.each([
  '127.0.0.1',
  '::ffff:127.0.0.1',
  '::1',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1:4000',
  '169.254.0.1',
  '100.64.0.1',
  'fd00::1',
  '[fe80::1%eth0]:80',
  'unknown',
])('%s has no public network', (address) => {
  expect(publicNetwork(address)).toBeUndefined()
})

it.each([
  ['203.0.113.7:50123', '203.0.113.7'],
  ['172.32.0.1', '172.32.0.1'],
  ['100.128.0.1', '100.128.0.1'],
  ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
])('%s has the public network %s', (address, network) => {
  expect(publicNetwork(address)).toBe(network)
})
