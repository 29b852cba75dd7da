import type { Config } from '#runtime/process/config.ts'
import { describeCopied } from '#runtime/supervisor/control-record.ts'
import { findShop, lookWhether } from '#runtime/supervisor/find-shop.ts'
import type { ShopStatus } from '../start/operations.ts'
import { type ReplicaState, stateOf } from '../status.ts'
import type { Finding } from './finding.ts'
import { callRunningShop } from './running-shop.ts'

const ABOUT = 'shop'

/** The shop of a data folder, as it is now. */
export interface SeenShop {
  findings: Finding[]
  /** `unknown`: it cannot be asked, though it may run. */
  state: 'runs' | 'silent' | 'unknown' | 'none'
  /** What it says of its processes, where it answers. */
  status: ShopStatus | undefined
}

/** Looks whether the shop runs, and whether each of its processes answers and is ready. */
export async function checkShop({ dataDirectory }: Config): Promise<SeenShop> {
  try {
    const { shop, copied } = await findShop(dataDirectory)
    const state = shop ? await lookWhether(shop) : 'gone'
    if (shop && state === 'silent') {
      const remedy = `kill -CONT ${shop.pid} where it was stopped; else kill -9 ${shop.pid}, and start the shop again`
      return seen('silent', [
        {
          state: 'wrong',
          about: ABOUT,
          text: `its process (pid ${shop.pid}) runs and does not answer`,
          remedy,
        },
      ])
    }
    if (copied)
      return seen('none', [
        { state: 'note', about: ABOUT, text: `does not run. ${describeCopied(dataDirectory, copied)}` },
      ])
    if (state === 'gone') return seen('none', [{ state: 'ok', about: ABOUT, text: 'does not run' }])
    const status = await callRunningShop<ShopStatus>('status', {}, { data: dataDirectory })
    return { ...seen('runs', describeProcesses(status)), status }
  } catch (error) {
    const remedy = 'see "pando status"'
    return seen('unknown', [{ state: 'note', about: ABOUT, text: (error as Error).message, remedy }])
  }
}

function seen(state: SeenShop['state'], findings: Finding[]): SeenShop {
  return { findings, state, status: undefined }
}

function describeProcesses({ replicas }: ShopStatus): Finding[] {
  const wrong = replicas.flatMap((replica): Finding[] => {
    const state = stateOf(replica)
    if (state === 'ready') return []
    const { process, replica: index, pid, said } = replica
    const who = `${process}.${index}${pid === null ? '' : ` (pid ${pid})`}`
    const text = `${who} is ${state}${said?.note ? `: ${said.note}` : ''}`
    return [{ state: 'wrong', about: ABOUT, text, remedy: remedyOf(state, pid) }]
  })
  const count =
    replicas.length === 1 ? 'one process runs, and is' : `${replicas.length} processes run, all are`
  return wrong.length > 0 ? wrong : [{ state: 'ok', about: ABOUT, text: `${count} ready` }]
}

function remedyOf(state: ReplicaState, pid: number | null): string {
  if (state === 'silent' && pid !== null)
    return `let it go on where it was stopped: kill -CONT ${pid}. Where it hangs, kill -9 ${pid}: the shop starts it again`
  if (state === 'not ready') return 'mend what it names; its log tells more'
  return 'see its last lines in the log of the shop, which starts it again and again'
}
