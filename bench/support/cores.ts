import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** The server under test has core 0; the load and the database share core 1. */
export const SERVER_CORE = 0
export const LOAD_CORE = 1

const pinning = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0

/** A command line that keeps a program on one core, where the machine has two and `taskset` (util-linux). */
export function onCore(core: number, command: string, args: string[]): [string, string[]] {
  return pinning ? ['taskset', ['-c', String(core), command, ...args]] : [command, args]
}

/** Keeps this process, and what it starts, on one core. */
export function stayOnCore(core: number): boolean {
  return pinning && spawnSync('taskset', ['-a', '-p', '-c', String(core), String(process.pid)]).status === 0
}
