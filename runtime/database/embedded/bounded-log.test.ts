import { readFile, stat } from 'node:fs/promises'
import { afterAll, expect, test } from 'vitest'
import { rotateWhenLarge } from './bounded-log.ts'
import { layoutOf } from './layout.ts'
import { query, removePrepared, start, stoppedDatabase } from './testing.ts'

afterAll(removePrepared)

test('the log of a running PostgreSQL is emptied when it is large, and filled again from its beginning', async () => {
  const directory = await stoppedDatabase()
  const { url } = await start(directory)
  const { log } = layoutOf(directory)
  const warn = (text: string) => query(url, `do $$ begin raise warning '${text}'; end $$`)
  await warn('before'.padEnd(2000, '.'))
  await rotateWhenLarge(log, 1_000_000)
  expect((await stat(log)).size).toBeGreaterThan(2000)
  await rotateWhenLarge(log, 1000)
  await warn('afterwards')
  const text = await readFile(log, 'utf8')
  // Without the append mode, the file would begin with a zero byte for each byte written before.
  expect(text).toMatch(/^[^\0]*afterwards/)
  expect(text).not.toContain('before')
  expect(await readFile(`${log}.1`, 'utf8')).toContain('before')
})
