import { setTimeout as wait } from 'node:timers/promises'
import type { Command } from 'commander'
import type { RelocationStatus } from '#runtime/relocation/relocation.ts'
import { DETACHED } from './support/change-shop.ts'
import { describeRelocation, formatRelocations } from './support/relocation-text.ts'
import { type RelocationOptions, requestRelocation } from './support/request-relocation.ts'
import { callRunningShop } from './support/running-shop.ts'

interface StatusOptions {
  json?: boolean
  watch?: boolean
  data?: string
}

const WATCH_EVERY_MS = 500

/** `pando migration`: shows the progress of splits and merges, and resumes a stopped one or rolls it back. */
export function addMigration(program: Command): void {
  const migration = program.command('migration').description('watch, resume or roll back a split or a merge')
  addStatus(migration)
  addContinuation(migration, {
    name: 'resume',
    operation: 'resumeRelocation',
    description: 'resume a split or a merge that stopped, from the step at which it stopped',
  })
  addContinuation(migration, {
    name: 'rollback',
    operation: 'rollbackRelocation',
    description: 'roll back a split or a merge: all modules and data return to where they were',
  })
}

function addStatus(migration: Command): void {
  migration
    .command('status')
    .description('show the splits and merges of the running shop, the newest first and with its steps')
    .option(
      '--json',
      'print one JSON object per split or merge, one a line and the newest first; or one object with the error',
    )
    .option('--watch', 'report each step of the newest one as it begins, until it has ended')
    .option('--data <folder>', 'data folder of the shop (PANDO_DATA)')
    .addHelpText(
      'after',
      '\nExit code: 0 the newest one runs or has ended, 1 it has stopped before its end, or no shop is running.',
    )
    .action(async (options: StatusOptions) => {
      const statuses = await (options.watch ? watch(options) : fetchRelocations(options)).catch(
        (error: Error) => {
          if (!options.json) throw error
          console.log(JSON.stringify({ error: error.message }))
        },
      )
      if (!statuses) {
        process.exitCode = 1
        return
      }
      if (options.json && !options.watch) for (const status of statuses) console.log(JSON.stringify(status))
      else if (!options.json) console.log(formatRelocations(statuses))
      if (statuses[0]?.state === 'failed') process.exitCode = 1
    })
}

/** Reports each step once, until the newest relocation has ended. Returns the last statuses. */
async function watch(options: StatusOptions): Promise<RelocationStatus[]> {
  const reported = new Set<string>()
  while (true) {
    const statuses = await fetchRelocations(options)
    const [newest] = statuses
    const isRunning = newest?.state === 'running' || newest?.state === 'rolling back'
    const progress = JSON.stringify([newest?.step, newest?.state])
    if (newest && !reported.has(progress)) {
      reported.add(progress)
      if (options.json) console.log(JSON.stringify(newest))
      else if (isRunning) console.log(describeRelocation(newest))
    }
    if (!isRunning) return statuses
    await wait(WATCH_EVERY_MS)
  }
}

function addContinuation(
  migration: Command,
  {
    name,
    operation,
    description,
  }: {
    name: string
    operation: 'resumeRelocation' | 'rollbackRelocation'
    description: string
  },
): void {
  migration
    .command(name)
    .description(description)
    .option('--out <file>', 'also write the resulting topology to this file')
    .option('--json', 'print one JSON object a line: progress, and the result or the error at the end')
    .option('--data <folder>', 'data folder of the shop (PANDO_DATA)')
    .addHelpText('after', `\nExit code: 0 done, 1 refused or stopped again, ${DETACHED}.`)
    .action((options: RelocationOptions) => requestRelocation(operation, {}, options))
}

function fetchRelocations({ data }: StatusOptions): Promise<RelocationStatus[]> {
  return callRunningShop<RelocationStatus[]>('relocations', {}, { data })
}
