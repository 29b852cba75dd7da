import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { writeControlRecord } from './control-record.ts'
import { findShop } from './find-shop.ts'

const refusal = vi.hoisted(() => ({ code: '' }))

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  return {
    ...real,
    async readFile(...args: Parameters<typeof real.readFile>) {
      const { code } = refusal
      if (code) throw Object.assign(new Error(`${code}: open '${args[0]}'`), { code })
      return real.readFile(...args)
    },
  }
})

let folder: string
beforeEach(async () => {
  const parent = await mkdtemp(join(tmpdir(), 'pando-find-'))
  folder = join(parent, 'shop')
  await mkdir(folder)
  onTestFinished(() => rm(parent, { recursive: true }))
})

it('throws when this user may not read the record, but not when there is none', async () => {
  onTestFinished(() => {
    refusal.code = ''
  })
  refusal.code = 'EACCES'
  await expect(findShop('/srv/shop')).rejects.toThrow(
    'Cannot ask the shop: /srv/shop/control.json cannot be read by this user',
  )
  refusal.code = 'ENOENT'
  expect(await findShop('/srv/shop')).toEqual({})
})

it.each(['', '{"pid":', '{}'])('finds no shop with the record %j', async (text) => {
  await writeFile(join(folder, 'control.json'), text)
  expect(await findShop(folder)).toEqual({})
})

it('finds the shop of a renamed data folder, and reports the record in a copied one as a copy', async () => {
  const url = 'http://127.0.0.1:1'
  await writeControlRecord(folder, url)
  const found = { shop: { pid: process.pid, url } }
  expect(await findShop(folder)).toEqual(found)
  await cp(folder, `${folder}-copy`, { recursive: true })
  expect(await findShop(`${folder}-copy`)).toEqual({
    copied: expect.objectContaining({ pid: process.pid, dataDirectory: folder }),
  })
  await rename(folder, `${folder}-renamed`)
  expect(await findShop(`${folder}-renamed`)).toEqual(found)
})
