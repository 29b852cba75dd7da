import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** The server under test runs on core 0; the load and the database share core 1. */
export const SERVER_CORE = 0
export const LOAD_CORE = 1

const canPin = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0

/** Says in a table that the server ran on one core; empty if programs cannot be pinned. */
export const ON_ONE_CORE = canPin ? ' on one core' : ''

/** The command line that pins a program to a core; unchanged if there is only one core or no `taskset` (util-linux). */
export function pinnedCommand(core: number, command: string, args: string[]): [string, string[]] {
  return canPin ? ['taskset', ['-c', String(core), command, ...args]] : [command, args]
}

/** Pins this process and its children to a core. Returns whether that was possible. */
export function pinToCore(core: number): boolean {
  return canPin && spawnSync('taskset', ['-a', '-p', '-c', String(core), String(process.pid)]).status === 0
}
