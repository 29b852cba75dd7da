import { fileURLToPath } from 'node:url'
import { createLog } from '#runtime/base/log.ts'
import { openPool } from '#runtime/database/pool.ts'
import { loadModules } from '#runtime/process/modules.ts'
import { openShop } from '#runtime/process/shop.ts'

// One process that delivers events of the fixture module "seats" to "trips", whose reaction handles one event at a
// time. Argument: the number of undelivered events to keep in the outbox. New events replace delivered ones.
const WARM_UP_MS = 3000
const CHUNK = 10
const MEASURED_MS = 10_000
const backlog = Number(process.argv[2])
const modulesDirectory = fileURLToPath(new URL('../../tests/fixtures/modules', import.meta.url))
const databaseUrl = process.env.DATABASE_URL!
const modules = await loadModules(undefined, modulesDirectory)
const { reactions } = modules.find(({ contract }) => contract.name === 'trips')!
let delivered = 0
let emitted = 0
const reaction = reactions['seats.seatTaken'] as (...args: unknown[]) => Promise<unknown>
reactions['seats.seatTaken'] = async (...args: unknown[]) => {
  const committed = await reaction(...args)
  delivered++
  if (emitted - delivered < backlog) void emit(CHUNK)
  return committed
}
const shop = await openShop({
  modules,
  modulesDirectory,
  databaseUrl,
  secret: 'a secret that is only for measurements',
  publicUrl: 'http://localhost:4000',
  dataDirectory: '/nowhere',
  log: createLog({ level: 'warn' }),
  environment: {},
  background: true,
})
const sql = openPool({ url: databaseUrl, max: 1, name: 'bench', synchronousCommit: 'off' })
const emitter = shop.modules.get('seats')!

await emit(backlog)
await wait(WARM_UP_MS)
const [before, began] = [delivered, performance.now()]
await wait(MEASURED_MS)
const perSecond = ((delivered - before) * 1000) / (performance.now() - began)
console.log(`result ${JSON.stringify({ perSecond })}`)
await shop.stop()
await sql.end({ timeout: 5 })

async function emit(count: number): Promise<void> {
  emitted += count
  await sql`
    insert into seats.pando_outbox (consumer, event_id, name, aggregate, payload)
    select 'trips', 'evt_' || (${emitted}::int - n), 'seatTaken', 'train-' || n % 100000,
      json_build_object('train', 'train-' || n % 100000, 'passenger', 'Ada')
    from generate_series(1, ${count}::int) as n`
  emitter.committed(true)
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
