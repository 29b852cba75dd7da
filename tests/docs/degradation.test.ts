import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { renderTable } from '#tests/failures/degradation-table.ts'

it('docs/degradation.md contains the table that the tests check', () => {
  const text = readFileSync(new URL('../../docs/degradation.md', import.meta.url), 'utf8')
  expect(text.endsWith(`\n\n${renderTable()}\n`), `Put this at the end of the page:\n${renderTable()}`).toBe(
    true,
  )
})
