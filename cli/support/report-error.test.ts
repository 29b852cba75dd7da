import { expect, it, vi } from 'vitest'
import { Failure } from '#runtime/contract/failure.ts'
import { DatabaseUnreachable } from '#runtime/database/errors.ts'
import { reportError, UserError } from './report-error.ts'

function reported(error: unknown): string {
  const written = vi.spyOn(console, 'error').mockImplementation(() => {})
  reportError(error)
  const text = written.mock.calls.join('\n')
  written.mockRestore()
  return text
}

it('explains that a database has no free connection', () => {
  const error = Object.assign(new Error('sorry, too many clients already'), { code: '53300' })
  expect(reported(error)).toBe(
    'pando: Cannot use the database: all of its connections are taken (sorry, too many clients already). Stop other programs that use it, or raise its max_connections',
  )
})

it('explains that a database does not answer', () => {
  expect(reported(new DatabaseUnreachable('CONNECT_TIMEOUT', 'PostgreSQL does not answer'))).toBe(
    'pando: Cannot use the database: PostgreSQL does not answer. Run "pando doctor" for details',
  )
})

it.each([
  [{ severity: 'FATAL', code: '28P01' }, 'Cannot use the database: no'],
  [{ syscall: 'connect', code: 'ECONNREFUSED' }, 'Cannot connect: no'],
])('explains that a connection was refused: %o', (details, message) => {
  const error = Object.assign(new Error('no'), details)
  expect(reported(error)).toBe(`pando: ${message}. Run "pando doctor" for details`)
})

it('explains that the data folder is a file or not accessible', () => {
  const error = Object.assign(new Error("ENOTDIR: not a directory, open '/srv/shop/secret'"), {
    code: 'ENOTDIR',
    path: '/srv/shop/secret',
  })
  expect(reported(error)).toMatch(/^pando: Cannot use \/srv\/shop\/secret: ENOTDIR.*PANDO_DATA/)
})

it('explains that the disk of the data folder or of a file is full', () => {
  const error = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  expect(reported(error)).toMatch(/^pando: Cannot write: ENOSPC.*the data folder is \/.*PANDO_DATA/)
  const named = Object.assign(error, { path: '/srv/shop/secret' })
  expect(reported(named)).toMatch(/^pando: Cannot write \/srv\/shop\/secret: ENOSPC/)
})

it('names the invalid input without naming the method of the contract', () => {
  const error = new Failure(
    'INVALID_INPUT',
    422,
    'Cannot accept the input of accounts.createStaff: /email is',
    {
      fields: [{ field: '/email', message: 'is not in the form "email"' }],
    },
  )
  expect(reported(error)).toBe('pando: Cannot accept the input: email is not in the form "email"')
})

it('with --json, prints one JSON object to standard output', () => {
  const stdout = vi.spyOn(console, 'log').mockImplementation(() => {})
  const stderr = vi.spyOn(console, 'error').mockImplementation(() => {})
  reportError(new UserError('Cannot find a shop'), { json: true })
  expect(stdout.mock.calls).toEqual([['{"error":"Cannot find a shop"}']])
  expect(stderr.mock.calls).toEqual([])
  reportError(new Error('undefined is not a function'), { json: true })
  expect(stdout.mock.calls[1]).toEqual(['{"error":"undefined is not a function"}'])
  expect(String(stderr.mock.calls[0])).toContain('    at ')
  stdout.mockRestore()
  stderr.mockRestore()
})

it('prints the stack of a bug only', () => {
  expect(reported(new Error('undefined is not a function'))).toContain('    at ')
  expect(reported(new UserError('The file is empty'))).toBe('pando: The file is empty')
})
