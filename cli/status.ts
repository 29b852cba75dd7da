import type { Command } from 'commander'
import { formatCount } from '#runtime/events/undelivered-events.ts'
import type { ReplicaStatus, ShopStatus } from './start/operations.ts'
import { callRunningShop } from './support/running-shop.ts'
import { formatTable } from './support/table.ts'

/** `pando status`: shows the processes of the running shop and their health. */
export function addStatus(program: Command): void {
  program
    .command('status')
    .description('show the processes of the running shop: health, modules, requests, memory')
    .option('--json', 'print the complete status as JSON')
    .option('--data <folder>', 'data folder of the shop (PANDO_DATA)')
    .addHelpText(
      'after',
      '\nExit code: 0 all processes are ready, 1 a process is not, or no shop is running.',
    )
    .action(async (options: { json?: boolean; data?: string }) => {
      const status = await callRunningShop<ShopStatus>('status', {}, options)
      console.log(options.json ? JSON.stringify(status, null, 2) : formatStatus(status, Date.now()))
      if (status.replicas.some((replica) => stateOf(replica) !== 'ready')) process.exitCode = 1
    })
}

/** The status as a table for a terminal. `now`: milliseconds since the epoch. */
export function formatStatus({ topology, replicas }: ShopStatus, now: number): string {
  const counters = ['uptime', 'requests', 'failed', 'running', 'memory']
  const head = ['process', 'state', 'pid', 'restarts', 'version', ...counters, 'modules']
  const rows = replicas.map((replica) => {
    const { said } = replica
    const { total, failed, running } = said?.requests ?? {}
    return [
      `${replica.process}.${replica.replica}`,
      stateOf(replica),
      show(replica.pid),
      String(replica.restarts),
      show(said?.version),
      said ? showDuration(now - Date.parse(said.startedAt)) : '-',
      show(total),
      show(failed),
      show(running),
      said?.memory === undefined ? '-' : `${Math.round(said.memory / 1e6)} MB`,
      showModules(replica),
    ]
  })
  const notes = replicas.flatMap(({ process, replica, said }) =>
    said?.note ? [`${process}.${replica}: ${said.note}`] : [],
  )
  return [
    `topology: ${topology}`,
    '',
    ...formatTable([head, ...rows], ['pid', 'restarts', ...counters]),
    ...showOutboxes(replicas),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ].join('\n')
}

/** A row for each outbox that is not empty. Replicas share the outboxes of their modules, so each is shown once. */
function showOutboxes(replicas: readonly ReplicaStatus[]): string[] {
  const states = new Map(
    replicas.flatMap(({ said }) => said?.outboxes ?? []).map((each) => [each.module, each]),
  )
  const rows = [...states.values()]
    .filter(({ waiting, parked }) => waiting > 0 || parked > 0)
    .map(({ module, waiting, parked, oldest }) => [
      module,
      formatCount(waiting),
      oldest ? showDuration(oldest.ms) : '-',
      formatCount(parked),
    ])
  if (rows.length === 0) return []
  return [
    '',
    ...formatTable([['events of', 'waiting', 'oldest', 'parked'], ...rows], ['waiting', 'oldest', 'parked']),
  ]
}

/** `silent`: the replica does not answer. The other strings are states that the supervisor gives a replica. */
export type ReplicaState = 'ready' | 'not ready' | 'silent' | (string & {})

/** The supervisor's state of a replica, unless the replica itself does not answer or is not ready. */
export function stateOf({ state, said }: ReplicaStatus): ReplicaState {
  if (state !== 'ready') return state
  if (!said) return 'silent'
  return said.ready ? 'ready' : 'not ready'
}

function showModules({ modules, said }: ReplicaStatus): string {
  return modules
    .map((module) => [module, said?.modules[module]?.contract].filter(Boolean).join(' '))
    .join(', ')
}

function show(value: string | number | null | undefined): string {
  return value === null || value === undefined ? '-' : String(value)
}

/** Such as `8 s`, `12 min`, `3 h 20 min`, `5 d 2 h`. */
function showDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  if (seconds < 60) return `${seconds} s`
  if (minutes < 60) return `${minutes} min`
  return hours < 24 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`
}
