import { expect, it, vi } from 'vitest'
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

it('shows where a mistake of ours is, and of nothing else', () => {
  expect(reported(new Error('undefined is not a function'))).toContain('    at ')
  expect(reported(new UserError('The file is empty'))).toBe('pando: The file is empty')
})
