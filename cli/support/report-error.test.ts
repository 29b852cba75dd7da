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

it('says in words that a database has no connection left', () => {
  const error = Object.assign(new Error('sorry, too many clients already'), { code: '53300' })
  expect(reported(error)).toBe(
    'pando: Cannot use the database: all of its connections are taken (sorry, too many clients already). Stop what else uses it, or raise its max_connections',
  )
})

it('says in words that a database does not answer', () => {
  expect(reported(new DatabaseUnreachable('CONNECT_TIMEOUT', 'PostgreSQL does not answer'))).toBe(
    'pando: Cannot use the database: PostgreSQL does not answer. See what "pando doctor" says of it',
  )
})

it.each([
  [{ severity: 'FATAL', code: '28P01' }, 'Cannot use the database: no'],
  [{ syscall: 'connect', code: 'ECONNREFUSED' }, 'Cannot connect: no'],
])('says in words that a connection was refused: %o', (details, words) => {
  const error = Object.assign(new Error('no'), details)
  expect(reported(error)).toBe(`pando: ${words}. See what "pando doctor" says of it`)
})

it('says in words that a data folder is none, or not for this user', () => {
  const error = Object.assign(new Error("ENOTDIR: not a directory, open '/srv/shop/secret'"), {
    code: 'ENOTDIR',
    path: '/srv/shop/secret',
  })
  expect(reported(error)).toMatch(/^pando: Cannot use \/srv\/shop\/secret: ENOTDIR.*PANDO_DATA/)
})

it('says in words that a disk is full, and which', () => {
  const error = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  expect(reported(error)).toMatch(/^pando: Cannot write: ENOSPC.*the data folder is \/.*PANDO_DATA/)
  const named = Object.assign(error, { path: '/srv/shop/secret' })
  expect(reported(named)).toMatch(/^pando: Cannot write \/srv\/shop\/secret: ENOSPC/)
})

it('says what of the input is wrong once, in no words of the contract', () => {
  const error = new Failure(
    'INVALID_INPUT',
    422,
    'Cannot take the input of accounts.createStaff: /email is',
    {
      fields: [{ field: '/email', message: 'is not in the form "email"' }],
    },
  )
  expect(reported(error)).toBe('pando: Cannot take what was given: email is not in the form "email"')
})

it('is one JSON object on the standard output for a program', () => {
  const written = vi.spyOn(console, 'log').mockImplementation(() => {})
  const beside = vi.spyOn(console, 'error').mockImplementation(() => {})
  reportError(new UserError('Cannot find a shop'), { json: true })
  expect(written.mock.calls).toEqual([['{"error":"Cannot find a shop"}']])
  expect(beside.mock.calls).toEqual([])
  reportError(new Error('undefined is not a function'), { json: true })
  expect(written.mock.calls[1]).toEqual(['{"error":"undefined is not a function"}'])
  expect(String(beside.mock.calls[0])).toContain('    at ')
  written.mockRestore()
  beside.mockRestore()
})

it('shows where a mistake of ours is, and of nothing else', () => {
  expect(reported(new Error('undefined is not a function'))).toContain('    at ')
  expect(reported(new UserError('The file is empty'))).toBe('pando: The file is empty')
})
