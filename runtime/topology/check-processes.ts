import type { Finding } from './check-shape.ts'
import { didYouMean } from './nearest.ts'
import type { TopologyOptions } from './resolve.ts'
import { variableOf } from './resolve.ts'
import { processName } from './schema.ts'
import type { Process } from './topology.ts'

/** Checks each process on its own: its name, command and database. Also checks the names of `options.starting`. */
export function checkProcesses(processes: readonly Process[], options: TopologyOptions): Finding[] {
  const names = processes.map((process) => process.name)
  const starting = options.starting ?? []
  const unknown = starting === 'all' ? [] : starting.filter((name) => !names.includes(name))
  return [
    ...unknown.map((name) => ({
      path: ['processes'],
      message: `there is no process "${name}" to start.${didYouMean(name, names)} The processes are ${names.join(', ')}`,
    })),
    ...processes.flatMap((process) => [
      ...checkName(process),
      ...checkCommand(process),
      ...checkDatabase(process, starting === 'all' || starting.includes(process.name)),
    ]),
  ]
}

function checkName({ name }: Process): Finding[] {
  if (processName.test(name)) return []
  return [
    {
      path: ['processes', name],
      message: `"${name}" cannot be the name of a process: begin with a-z, and use at most 31 characters of a-z, 0-9 and -`,
    },
  ]
}

function checkCommand({ name, command, modules, port }: Process): Finding[] {
  if (!command) return []
  const path = ['processes', name, 'command']
  if (modules.length > 1)
    return [
      {
        path,
        message: `a command replaces one module, not several (${modules.join(', ')}): give each its own process`,
      },
    ]
  if (port !== undefined)
    return [
      {
        path,
        message: `"${modules[0]}" serves pages, which a service in another language cannot do: remove command`,
      },
    ]
  return []
}

function checkDatabase({ name, database, command }: Process, isStarting: boolean): Finding[] {
  if (database.kind !== 'url') return []
  const path = ['processes', name, 'database', 'url']
  const variable = variableOf(database.from)
  if (variable !== undefined && !isStarting) return []
  if (database.url === undefined)
    return [{ path, message: `${variable} is not set: set it to the address of the database of "${name}"` }]
  const url = URL.parse(database.url)
  // A service in another language may use any kind of database.
  if (url && (command || (/^postgres(ql)?:$/.test(url.protocol) && url.pathname.length > 1))) return []
  const subject = variable === undefined ? '' : `${variable} is wrong: it `
  return [{ path, message: `${subject}must be of the form postgres://user:password@host:port/database` }]
}
