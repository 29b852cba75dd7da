import { expect, it } from 'vitest'
import { runPando } from '#tests/support/shop-process.ts'

it('scale refuses more than 100 replicas', async () => {
  const { code, output } = await runPando(['scale', 'shop', '1000'], {})
  expect(output).toContain('It must be a number from 1 to 100')
  expect(code).toBe(1)
})
