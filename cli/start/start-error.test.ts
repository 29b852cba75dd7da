import { expect, it } from 'vitest'
import type { Process } from '#runtime/topology/topology.ts'
import { toStartError } from './start-error.ts'

const DATABASE_URL = 'postgres://shop:secret@db.example.com:5432/money'
const messageOf = (error: object) =>
  (
    toStartError(Object.assign(new Error('it failed'), error), undefined, {
      databaseUrl: DATABASE_URL,
      host: '0.0.0.0',
    }) as Error
  ).message
const DATABASE_ERROR = 'Cannot use the database money at db.example.com:5432: it failed'

it.each([
  ['a refused password', { code: '28P01', severity: 'FATAL' }],
  ['an unknown host name', { code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: 'db.example.com' }],
  ['a closed port', { code: 'ECONNREFUSED', syscall: 'connect', address: '10.0.0.1', port: 5432 }],
  ['a silent server', { code: 'CONNECT_TIMEOUT', address: 'db.example.com' }],
])('%s is reported as an error of the database', (_, error) => {
  expect(messageOf(error)).toContain(DATABASE_ERROR)
})

it.each([
  [
    { code: '3D000' },
    'Create the database ("createdb money"), or correct its name, or set DATABASE_URL to the URL of another database',
  ],
  [{ code: '28P01' }, 'Correct its user and password, or set DATABASE_URL to the URL of another database'],
  [
    { code: 'ECONNREFUSED', syscall: 'connect', address: '10.0.0.1' },
    'Start that server and let this user in, or set DATABASE_URL',
  ],
])('the message contains the remedy for %o', (error, remedy) => {
  expect(messageOf(error)).toContain(`${DATABASE_ERROR}. ${remedy}`)
})

it.each([
  ['an unknown host to listen on', { code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: 'nohost' }],
  [
    'a closed port of another server',
    { code: 'ECONNREFUSED', syscall: 'connect', address: '10.0.0.1', port: 4222 },
  ],
  [
    'a closed port of another server with two addresses',
    { code: 'ECONNREFUSED', errors: [{ syscall: 'connect', address: '::1', port: 4222 }] },
  ],
  ['a file that is missing', { code: 'ENOENT', syscall: 'open' }],
  ['a bug of Pando', {}],
])('%s is not reported as an error of the database', (_, error) => {
  expect(messageOf(error)).toBe('it failed')
})

it.each([
  ['not a known name', { code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: 'nohost' }],
  ['not an address of this machine', { code: 'EADDRNOTAVAIL', syscall: 'listen', address: '192.0.2.1' }],
])('a host to listen on that is %s is reported with its setting', (_, error) => {
  const { message } = toStartError(Object.assign(new Error('it failed'), error), undefined, {
    host: 'nohost',
  }) as Error
  expect(message).toMatch(/^Cannot listen on "nohost": .* PANDO_HOST/)
})

const own = { name: 'shop', port: 4000, database: { kind: 'name', name: 'pando' } } as Process

it.each([
  ['EADDRINUSE', 4000, 'choose another: PANDO_PORT=4001 npm start'],
  ['EADDRINUSE', 4100, 'change the port of "shop" in the topology'],
  ['EACCES', 4000, 'Choose a port above 1023 with PANDO_PORT'],
  ['EACCES', 100, 'Change the port of "shop" in the topology to one above 1023'],
])('%s on port %i, where the public port is 4000, is reported with the remedy: %s', (code, port, remedy) => {
  const error = Object.assign(new Error('it failed'), { code, port, syscall: 'listen' })
  expect((toStartError(error, own) as Error).message).toContain(remedy)
})

it('a public port that the topology sets, not PANDO_PORT, is changed in the topology', () => {
  const error = Object.assign(new Error('it failed'), { code: 'EADDRINUSE', port: 8080, syscall: 'listen' })
  const { message } = toStartError(error, { ...own, port: 8080 }) as Error
  expect(message).toContain('change the port of "shop" in the topology')
})

it('a folder without write permission is not reported as an error of the port', () => {
  expect(messageOf({ code: 'EACCES', syscall: 'mkdir', path: '/srv/shop' })).toBe('it failed')
})
