import { startedAt } from '#runtime/base/started-at.ts'
import { outboxNote } from '#runtime/events/outbox-watch.ts'
import type { Shop } from '#runtime/process/shop-options.ts'
import { VERSION } from '#runtime/process/version.ts'
import type { Process } from '#runtime/topology/topology.ts'
import type { ShopStatus } from './operations.ts'

const SPLIT = 'split modules off first, for example with "npx pando split payments"'

async function refuseDeploy() {
  throw new Error(
    `Cannot deploy a shop that is one process while it is open: stop it and start it again, which takes some seconds. To deploy without a stop, start it with a topology file in which its process has "replicas: 2", or ${SPLIT}`,
  )
}

/** The operations that the commands can call on a shop of one process, which is this one. */
export function singleProcessOperations(own: Process, topology: string, shop: Shop) {
  const since = startedAt()
  const refuse = (verb: 'scale' | 'hold' | 'release') => async () => {
    throw new Error(`Cannot ${verb} a shop that is one process: ${SPLIT}, then ${verb} their process`)
  }
  return {
    async status(): Promise<ShopStatus> {
      const modules = Object.fromEntries(
        [...shop.modules].map(([name, { definition }]) => [name, { contract: definition.contract.version }]),
      )
      const { ready, reason } = await shop.ready()
      // With a database that hangs, reading the outboxes would hang too
      const outboxes = ready ? await shop.backlog().catch(() => []) : []
      const note = reason ?? outboxNote(outboxes)
      const said = {
        process: own.name,
        replica: 0,
        pid: process.pid,
        version: VERSION,
        startedAt: since,
        modules,
        requests: shop.requests(),
        memory: process.memoryUsage.rss(),
        placement: 0,
        outboxes,
        ready,
        ...(note === undefined ? {} : { note }),
      }
      const { name, modules: names } = own
      const replica = {
        process: name,
        replica: 0,
        state: 'ready',
        pid: process.pid,
        restarts: 0,
        origin: null,
      }
      return { topology, replicas: [{ ...replica, modules: names, said }] }
    },
    scale: refuse('scale'),
    checkDeployable: refuseDeploy,
    deploy: refuseDeploy,
    hold: refuse('hold'),
    release: refuse('release'),
  }
}
