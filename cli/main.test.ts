import { expect, it } from 'vitest'
import { runPando } from '#tests/support/shop-process.ts'

it.each([
  ['an unknown verb', ['splt'], 'npx pando --help'],
  ['an unknown option', ['split', '--name', 'x'], 'npx pando split --help'],
  ['a misspelt command of a verb', ['events', 'lst'], 'npx pando events --help'],
  [
    'an unknown option of such a command',
    ['migration', 'status', '--now'],
    'npx pando migration status --help',
  ],
])('%s is answered with the help that lists the right ones', async (_, args, help) => {
  const { code, output } = await runPando(args)
  expect(code).toBe(1)
  expect(output).toContain(`("${help}" shows what there is)`)
})
