import type { Command } from 'commander'
import { loadContracts } from '#runtime/process/modules.ts'
import {
  describeDatabase,
  type Process,
  portsOf,
  showSource,
  type Topology,
} from '#runtime/topology/topology.ts'
import { formatTable } from './support/table.ts'
import { chosenTopology } from './support/topology.ts'

/** `pando topology check`: whether a topology file is right, and what it says. */
export function addTopology(program: Command): void {
  program
    .command('topology')
    .description('look at a topology: which modules are in which processes')
    .command('check')
    .description('print the processes of a topology, or every mistake in it')
    .argument(
      '[name|file]',
      'a name from topologies/ or the path of a file (PANDO_TOPOLOGY; the last one, else monolith)',
    )
    .option('--start', 'check also that this machine has the variables that the databases come from')
    .option('--json', 'print the processes as JSON')
    .addHelpText('after', '\nExit code: 0 the topology is right, 1 it is not.')
    .action(async (name: string | undefined, options: { start?: boolean; json?: boolean }) => {
      const topology = await chosenTopology(name, await loadContracts(), options.start ? 'all' : [])
      console.log(options.json ? JSON.stringify(toJson(topology), null, 2) : formatTopology(topology))
    })
}

/** The processes of a topology as a table for a terminal. */
export function formatTopology({ name, source, processes, bus, together }: Topology): string {
  const rows = [
    ['process', 'port', 'internal', 'replicas', 'database', 'modules'],
    ...processes.map((process) => [
      process.name,
      process.port === undefined ? '-' : showPorts(process, 'port'),
      showPorts(process, 'internalPort'),
      String(process.replicas),
      describeDatabase(process),
      `${process.modules.join(', ')}${process.command ? ` (${process.command.join(' ')})` : ''}`,
    ]),
  ]
  const groups = together.map((group) => `Together: ${group.join(', ')}`)
  return [
    `${name} (${showSource(source)}), events by ${bus}`,
    '',
    ...formatTable(rows),
    ...(groups.length > 0 ? ['', ...groups] : []),
  ].join('\n')
}

/** Without the addresses of databases, which may hold passwords. */
function toJson({ name, source, processes, bus, together }: Topology) {
  return {
    name,
    source,
    bus,
    together,
    processes: processes.map((process) => ({ ...process, database: describeDatabase(process) })),
  }
}

function showPorts(process: Process, key: 'port' | 'internalPort'): string {
  const [first, last] = [portsOf(process, 0)[key], portsOf(process, process.replicas - 1)[key]]
  return first === last ? `${first}` : `${first}-${last}`
}
