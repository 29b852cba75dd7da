import { expect, test } from 'vitest'
import { createDatabase } from '#tests/support/database.ts'
import { openPool } from './pool.ts'
import { schemaNameProblem } from './schema-name.ts'

test('a schema can have a name if, and only if, PostgreSQL accepts it without quotation marks', async () => {
  const database = await createDatabase()
  const sql = openPool({ url: database.url, max: 1, name: 'test' })
  try {
    const keywords = await sql<{ word: string; reserved: boolean }[]>`
      select word, catcode in ('R', 'T') as reserved from pg_get_keywords() where word !~ '_'`
    expect(keywords.length).toBeGreaterThan(300)
    const wrong = keywords.filter(
      ({ word, reserved }) => (schemaNameProblem(word) !== undefined) !== reserved,
    )
    expect(wrong).toEqual([])
  } finally {
    await sql.end({ timeout: 1 })
    await database.drop()
  }
})

test.each(['gift-list', 'gift_list', 'giftList', '1st', 'a'.repeat(32), 'public', 'pando'])(
  'a module cannot be named "%s"',
  (name) => {
    expect(schemaNameProblem(name)).toBeDefined()
  },
)
