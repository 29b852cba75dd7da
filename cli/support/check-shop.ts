import { silenceRemedy } from '#runtime/base/silence-remedy.ts'
import type { Config } from '#runtime/process/config.ts'
import { describeCopied } from '#runtime/supervisor/control-record.ts'
import { findShop, probeShop } from '#runtime/supervisor/find-shop.ts'
import type { ShopStatus } from '../start/operations.ts'
import { type ReplicaState, stateOf } from '../status.ts'
import type { Finding } from './finding.ts'
import { callRunningShop } from './running-shop.ts'

const ABOUT = 'shop'

/** The current state of the shop of a data folder. */
export interface ShopCheck {
  findings: Finding[]
  /** `silent`: it runs and does not answer. `unknown`: its state cannot be determined. `none`: it does not run. */
  state: 'runs' | 'silent' | 'unknown' | 'none'
  /** The status of its processes, if it answers. */
  status: ShopStatus | undefined
}

/** Checks whether the shop runs, and whether each of its processes answers and is ready. */
export async function checkShop({ dataDirectory }: Config): Promise<ShopCheck> {
  try {
    const { shop, copied } = await findShop(dataDirectory)
    const state = shop ? await probeShop(shop) : 'absent'
    if (shop && state === 'silent') {
      const text = `its process (pid ${shop.pid}) runs but does not answer`
      const remedy = silenceRemedy(shop.pid, 'the operator')
      return checked('silent', [{ state: 'wrong', about: ABOUT, text, remedy }])
    }
    if (copied)
      return checked('none', [
        { state: 'note', about: ABOUT, text: `does not run. ${describeCopied(dataDirectory, copied)}` },
      ])
    if (state === 'absent') return checked('none', [{ state: 'ok', about: ABOUT, text: 'does not run' }])
    const status = await callRunningShop<ShopStatus>('status', {}, { data: dataDirectory })
    return { ...checked('runs', describeProcesses(status)), status }
  } catch (error) {
    // The message says what to do
    return checked('unknown', [{ state: 'wrong', about: ABOUT, text: (error as Error).message }])
  }
}

function checked(state: ShopCheck['state'], findings: Finding[]): ShopCheck {
  return { findings, state, status: undefined }
}

function describeProcesses({ replicas }: ShopStatus): Finding[] {
  const wrong = replicas.flatMap((replica): Finding[] => {
    const state = stateOf(replica)
    if (state === 'ready') return []
    const { process, replica: index, pid, said } = replica
    const name = `${process}.${index}${pid === null ? '' : ` (pid ${pid})`}`
    const text = `${name} is ${state}${said?.note ? `: ${said.note}` : ''}`
    return [{ state: 'wrong', about: ABOUT, text, remedy: remedyOf(state, pid) }]
  })
  const count =
    replicas.length === 1 ? 'one process runs, and is' : `${replicas.length} processes run, all are`
  return wrong.length > 0 ? wrong : [{ state: 'ok', about: ABOUT, text: `${count} ready` }]
}

function remedyOf(state: ReplicaState, pid: number | null): string {
  if (state === 'silent' && pid !== null) return silenceRemedy(pid, 'the shop')
  if (state === 'not ready') return 'fix the problem that it reports; its log has the details'
  return 'see its last lines in the log of the shop, which keeps restarting it'
}
