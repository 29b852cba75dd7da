import { expect, it } from 'vitest'
import { replicaLine } from './replica-line.ts'

it.each([
  [
    '{"level":"warn","process":"payments.1","msg":"slow"}',
    { level: 'warn', process: 'payments.1', msg: 'slow' },
  ],
  ['{"level":"warn","msg":"slow"}', { level: 'warn', process: 'payments.1', msg: 'slow' }],
  ['    at main (file.ts:1)', { level: 'info', process: 'payments.1', msg: '    at main (file.ts:1)' }],
  ['{ half', { level: 'info', process: 'payments.1', msg: '{ half' }],
])('without a terminal, %s becomes a JSON object with the name of its process', (line, fields) => {
  expect(JSON.parse(replicaLine('payments.1', line, false))).toMatchObject(fields)
})

it('on a terminal, a line begins with the name of its process', () => {
  expect(replicaLine('payments.1', 'started', true)).toBe('payments.1       started')
})
