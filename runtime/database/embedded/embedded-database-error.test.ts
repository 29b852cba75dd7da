import { expect, test } from 'vitest'
import { failure } from './embedded-database-error.ts'

test.each([
  ['FATAL:  could not write to file "x": No space left on device', 'the disk is full'],
  ['HINT:  Check free disk space.', 'the disk is full'],
  ["Error: ENOTDIR: not a directory, mkdir '/data'", 'move it away'],
  ["Error: EACCES: permission denied, mkdir '/data'", 'make the directory readable and writable'],
  ['initdb: error: could not look up effective user ID 1234: user does not exist', '/etc/passwd'],
  ['FATAL:  data directory "/data" has wrong ownership', 'start as that user'],
  ['FATAL:  database files are incompatible with server', 'another major version'],
  ['FATAL:  could not map anonymous shared memory: Cannot allocate memory', 'too little memory'],
  ['FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use', 'stop the processes'],
  ['PANIC:  could not locate a valid checkpoint record at 0/1', 'from a backup'],
])('failure() knows a remedy for: %s', (output, remedy) => {
  const { message } = failure('start PostgreSQL', '/data', output)
  expect(message).toContain(`Cannot start PostgreSQL in "/data": `)
  expect(message).toContain(remedy)
  expect(message).toContain(output)
})

test('failure() shows the last six lines of output for which it has no remedy', () => {
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`)
  const { message } = failure('start PostgreSQL', '/data', `${lines.join('\n')}\n\n`)
  expect(message).toBe(
    'Cannot start PostgreSQL in "/data". Last output:\n  line 14\n  line 15\n  line 16\n  line 17\n  line 18\n  line 19',
  )
})
