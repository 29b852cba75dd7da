import { setTimeout as wait } from 'node:timers/promises'
import type { Command } from 'commander'
import type { RelocationStatus } from '#runtime/relocation/relocation.ts'
import { describeEnd, formatRelocations } from './support/relocation-text.ts'
import { type RelocationOptions, requestRelocation } from './support/request-relocation.ts'
import { callRunningShop } from './support/running-shop.ts'

interface StatusOptions {
  json?: boolean
  watch?: boolean
  data?: string
}

const WATCH_EVERY_MS = 500

/** `pando migration`: how far a split or a merge is; going on with one that stopped, or back. */
export function addMigration(program: Command): void {
  const migration = program.command('migration').description('look after a split or a merge')
  addStatus(migration)
  addContinuation(migration, {
    name: 'resume',
    operation: 'resumeRelocation',
    description: 'go on with a split or a merge that stopped, from the step that it stopped at',
  })
  addContinuation(migration, {
    name: 'rollback',
    operation: 'rollbackRelocation',
    description: 'take a split or a merge back: all modules and data are where they were',
  })
}

function addStatus(migration: Command): void {
  migration
    .command('status')
    .description('show the splits and merges of the running shop, the newest first and with its steps')
    .option(
      '--json',
      'print one JSON object a line, the newest first, none where nothing has moved; or one with the error',
    )
    .option('--watch', 'tell of each step of the newest as it begins, until it has ended')
    .option('--data <folder>', 'data folder of the shop (PANDO_DATA)')
    .addHelpText('after', '\nExit code: 0 nothing has stopped, 1 the newest has, or no shop is running.')
    .action(async (options: StatusOptions) => {
      const statuses = await (options.watch ? watch(options) : relocations(options)).catch((error: Error) => {
        if (!options.json) throw error
        console.log(JSON.stringify({ error: error.message }))
      })
      if (!statuses) {
        process.exitCode = 1
        return
      }
      if (options.json && !options.watch) for (const status of statuses) console.log(JSON.stringify(status))
      else if (!options.json) console.log(formatRelocations(statuses))
      if (statuses[0]?.state === 'failed') process.exitCode = 1
    })
}

/** Tells of each step once, and answers what is known in the end. */
async function watch(options: StatusOptions): Promise<RelocationStatus[]> {
  const told = new Set<string>()
  while (true) {
    const statuses = await relocations(options)
    const [newest] = statuses
    const isGoing = newest?.state === 'running' || newest?.state === 'rolling back'
    const seen = JSON.stringify([newest?.step, newest?.state])
    if (newest && !told.has(seen)) {
      told.add(seen)
      if (options.json) console.log(JSON.stringify(newest))
      else if (isGoing) console.log(describeEnd(newest))
    }
    if (!isGoing) return statuses
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
    .option('--out <file>', 'write the topology file that describes the shop afterwards')
    .option('--json', 'print one JSON object a line: progress, and the result or the error at the end')
    .option('--data <folder>', 'data folder of the shop (PANDO_DATA)')
    .addHelpText(
      'after',
      '\nExit code: 0 done, 1 refused or stopped again, 130 left by Ctrl-C, while it goes on in the shop.',
    )
    .action((options: RelocationOptions) => requestRelocation(operation, {}, options))
}

function relocations({ data }: StatusOptions): Promise<RelocationStatus[]> {
  return callRunningShop<RelocationStatus[]>('relocations', {}, { data })
}
