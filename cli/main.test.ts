import { expect, it } from 'vitest'
import { runPando } from '#tests/support/shop-process.ts'

it.each([
  ['an unknown command', ['splt'], 'npx pando --help'],
  ['an unknown option', ['split', '--name', 'x'], 'npx pando split --help'],
  ['a misspelt subcommand', ['events', 'lst'], 'npx pando events --help'],
  [
    'an unknown option of a subcommand',
    ['migration', 'status', '--now'],
    'npx pando migration status --help',
  ],
])('%s is answered with the command that shows its help', async (_, args, help) => {
  const { code, output } = await runPando(args)
  expect(code).toBe(1)
  expect(output).toContain(`Run "${help}" for usage.`)
})
