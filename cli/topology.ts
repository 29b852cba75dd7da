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

/** `pando topology check`: validates a topology file and shows its processes. */
export function addTopology(program: Command): void {
  program
    .command('topology')
    .description('check topologies, which assign modules to processes')
    .command('check')
    .description('print the processes of a topology, or all mistakes in it')
    .argument(
      '[name|file]',
      'name from topologies/ or path of a file (PANDO_TOPOLOGY; default: the one of the last start, else monolith)',
    )
    .option('--start', 'also check that the variables with the addresses of databases are set here')
    .option('--json', 'print the processes as JSON')
    .addHelpText('after', '\nExit code: 0 the topology is valid, 1 it is not.')
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
    `${name} (${showSource(source)}), bus: ${bus}`,
    '',
    ...formatTable(rows),
    ...(groups.length > 0 ? ['', ...groups] : []),
  ].join('\n')
}

/** Leaves out the addresses of databases, which may contain passwords. */
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
