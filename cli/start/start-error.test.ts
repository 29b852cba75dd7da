import { expect, it } from 'vitest'
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
  ['a closed port', { code: 'ECONNREFUSED', syscall: 'connect', address: '10.0.0.1' }],
  ['a silent server', { code: 'CONNECT_TIMEOUT', address: 'db.example.com' }],
])('%s is reported as an error of the database', (_, error) => {
  expect(messageOf(error)).toContain(DATABASE_ERROR)
})

it.each([
  [
    { code: '3D000' },
    'Create the database ("createdb money"), or correct its name, or name another one with',
  ],
  [{ code: '28P01' }, 'Correct its user and password, or name another one with'],
  [{ code: 'ECONNREFUSED', syscall: 'connect', address: '10.0.0.1' }, 'Start that server and let this user'],
])('the message contains the remedy for %o', (error, remedy) => {
  expect(messageOf(error)).toContain(`${DATABASE_ERROR}. ${remedy}`)
})

it.each([
  ['an unknown host to listen on', { code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: 'nohost' }],
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

it('a folder without write permission is not reported as an error of the port', () => {
  expect(messageOf({ code: 'EACCES', syscall: 'mkdir', path: '/srv/shop' })).toBe('it failed')
})
