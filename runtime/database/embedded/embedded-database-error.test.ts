import { expect, test } from 'vitest'
import { embeddedDatabaseError } from './embedded-database-error.ts'

/** Outputs of PostgreSQL and the system, each with a part of the remedy for its cause. */
const remedies: [output: string, remedy: string][] = [
  ["Error: ENOTDIR: not a directory, mkdir '/data'", 'move it away'],
  ['FATAL:  could not write to file "x": No space left on device', 'the disk is full'],
  ['HINT:  Check free disk space.', 'the disk is full'],
  ["Error: EROFS: read-only file system, mkdir '/data'", 'a writable folder'],
  ['initdb: error: could not look up effective user ID 1234: user does not exist', '/etc/passwd'],
  ['FATAL:  data directory "/data" has wrong ownership', 'start as that user'],
  ["Error: EACCES: permission denied, mkdir '/data'", 'make the directory readable and writable'],
  ['FATAL:  database files are incompatible with server', 'another major version'],
  ['FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use', 'stop the processes'],
  ['FATAL:  could not map anonymous shared memory: Cannot allocate memory', 'too little memory'],
  ['PANIC:  could not locate a valid checkpoint record at 0/1', 'from a backup'],
  ['LOG:  could not bind IPv4 address "127.0.0.1": Address already in use', 'stop that program'],
  ['"root" execution of the PostgreSQL server is not permitted.', 'set DATABASE_URL'],
  ['postgres: error while loading shared libraries: libicu.so: cannot open', 'npm rebuild'],
]

test.each(remedies)('the error for the output "%s" says what to do: %s', (output, remedy) => {
  const { message } = embeddedDatabaseError('start PostgreSQL', '/data', output)
  expect(message).toContain('Cannot start PostgreSQL in "/data": ')
  expect(message).toContain(remedy)
  expect(message).toContain(output)
})

test('the error for an output with an unknown cause shows its last six lines', () => {
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`)
  const { message } = embeddedDatabaseError('start PostgreSQL', '/data', `${lines.join('\n')}\n\n`)
  expect(message).toBe(
    'Cannot start PostgreSQL in "/data". Last output:\n  line 14\n  line 15\n  line 16\n  line 17\n  line 18\n  line 19',
  )
})
