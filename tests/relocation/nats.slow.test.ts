import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { natsServer, startNats, type TestNats } from '#tests/support/nats.ts'
import {
  describeMove,
  expectAllWell,
  expectNothingFailed,
  type MovingShop,
  startMovingShop,
  underLoad,
} from './moving-shop.ts'

describe.skipIf(!natsServer)('a shop whose events go over NATS (only where nats-server is installed)', () => {
  let nats: TestNats
  let shop: MovingShop
  let folder: string

  beforeAll(async () => {
    nats = await startNats()
    folder = await mkdtemp(join(tmpdir(), 'pando-topology-'))
    const topology = join(folder, 'hybrid.yaml')
    const text = await readFile(new URL('../../topologies/hybrid.yaml', import.meta.url), 'utf8')
    await writeFile(topology, `${text}bus: nats\n`)
    shop = await startMovingShop({ args: ['--topology', topology], environment: { NATS_URL: nats.url } })
  }, 120_000)
  afterAll(async () => {
    await shop?.close()
    await nats?.stop()
    await rm(folder, { recursive: true, force: true })
  }, 60_000)

  // A module that emits events, one that only consumes them, and one that does both
  it.each(['orders', 'notifications', 'payments'])(
    '%s moves, and each event that is emitted meanwhile takes effect once',
    async (module) => {
      const moves =
        module === 'payments'
          ? [
              ['merge', module, '--into', 'shop'],
              ['split', module],
            ]
          : [
              ['split', module],
              ['merge', module, '--into', 'shop'],
            ]
      for (const args of moves) {
        const { answer, load } = await underLoad(shop, () => shop.relocate(...args))
        console.log(describeMove(args.join(' '), answer, load))
        expect(answer.status?.state, answer.output).toBe('done')
        expectNothingFailed(load, args.join(' '))
      }
      // The audit also checks that each order has an email
      await expectAllWell(shop)
    },
    180_000,
  )
})
