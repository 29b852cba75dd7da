import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

const run = promisify(execFile)

test('a topology without some module fails the check', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'pando-topologies-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const check = () => run(process.execPath, ['scripts/check-topologies.ts', directory])
  await writeFile(join(directory, 'all.yaml'), 'processes:\n  shop: { modules: all }\n')
  expect((await check()).stdout).toContain('and 1 topologies are valid')
  await writeFile(join(directory, 'few.yaml'), 'processes:\n  shop: { modules: [storefront] }\n')
  await expect(check()).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Cannot use the topology "few"'),
  })
})
