import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createLog } from '#runtime/base/log.ts'
import { readConfig } from '#runtime/process/config.ts'
import { openServer } from './database.ts'

const home = { kind: 'url', url: 'postgres://h/shop', from: 'env:SHOP_URL' } as const
const log = createLog({ level: 'error' })

let data: string
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'pando-server-'))
})
afterEach(() => rm(data, { recursive: true }))

async function open(options: Pick<Parameters<typeof openServer>[1], 'home' | 'isMoving'>) {
  const { serverUrl, homeUrl, close } = await openServer(readConfig({ PANDO_DATA: data }, []), {
    ...options,
    log,
  })
  await close()
  return { hasServer: serverUrl !== undefined, homeUrl }
}

it('an embedded server that no process uses is started while a move out of it may be unfinished', async () => {
  const withoutServer = { hasServer: false, homeUrl: home.url }
  expect(await open({ home, isMoving: true })).toEqual(withoutServer)
  await open({ home: { kind: 'server' }, isMoving: false })
  expect(await open({ home, isMoving: false })).toEqual(withoutServer)
  expect(await open({ home, isMoving: true })).toEqual({ hasServer: true, homeUrl: home.url })
})
