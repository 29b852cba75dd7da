import { expect, it } from 'vitest'
import { localOrigin } from './local-origin.ts'

it.each([
  ['0.0.0.0', 'http://127.0.0.1:4000'],
  ['::', 'http://127.0.0.1:4000'],
  ['::1', 'http://[::1]:4000'],
  ['192.0.2.1', 'http://192.0.2.1:4000'],
])('a server that listens on %s is reached at %s', (host, origin) => {
  expect(localOrigin(host, 4000)).toBe(origin)
})
