import { cp, rm } from 'node:fs/promises'
import { expect, it, onTestFinished } from 'vitest'
import { readConfig } from '#runtime/process/config.ts'
import { writeControlRecord } from '#runtime/supervisor/control-record.ts'
import { makeDataDirectory, removeDataDirectory } from '#tests/support/shop-process.ts'
import { checkShop } from './check-shop.ts'

it('the running shop of a data folder does not count as the shop of a copy of the folder', async () => {
  const original = await makeDataDirectory()
  const copy = `${original}-copy`
  onTestFinished(async () => {
    await removeDataDirectory(original)
    await rm(copy, { recursive: true })
  })
  await writeControlRecord(original, 'http://127.0.0.1:1')
  await cp(original, copy, { recursive: true })
  const { state, findings } = await checkShop(readConfig({ PANDO_DATA: copy }, []))
  expect(state).toBe('none')
  expect(findings).toEqual([
    {
      state: 'note',
      about: 'shop',
      text: expect.stringContaining(`does not run. ${copy}/control.json is a copy`),
    },
  ])
})
