import type { Command } from 'commander'
import { type AuditReport, auditRunning } from '#lab/audit.ts'
import { showCount } from '#runtime/events/kept-events.ts'
import { withShop } from './support/command-shop.ts'
import { addDataOption } from './support/data-option.ts'

const SHOWN_PROBLEMS = 50

/** `pando audit`: does the shop's data add up? Exit code 0 when it does, 2 when it does not. */
export function addAudit(program: Command): void {
  addDataOption(program.command('audit'))
    .description('check over all modules that the data add up: payments, stock, reservations, carts, events')
    .option('--json', 'print the report as JSON')
    .addHelpText(
      'after',
      '\nWorks while the shop runs, and when it does not; what it finds it looks at again for some seconds, as a shop that sells is\nalways in the middle of something. Exit code: 0 all is well, 2 something is wrong, 1 it could not be checked.',
    )
    .action(async (options: { json?: boolean }) => {
      const { report, discarded } = await withShop(async (shop) => {
        const found = await auditRunning(shop)
        const given = found.problems.length > 0 ? ({ state: 'discarded', limit: 1 } as const) : undefined
        return { report: found, discarded: given ? (await shop.events.list(given)).length > 0 : false }
      })
      if (options.json) console.log(JSON.stringify(report, null, 2))
      else print(report)
      if (discarded)
        console.error(
          'Events have been discarded in the last 30 days, and what they would have done is missing: "pando events list --state discarded" shows them',
        )
      if (report.problems.length > 0) process.exitCode = 2
    })
}

function print({ problems, more, counts }: AuditReport): void {
  console.log(
    `Checked ${counts.orders} orders, ${counts.payments} payments, ${counts.reservations} reservations, ${counts.confirmations} confirmations; ${showCount(counts.eventsWaiting)} events are on their way`,
  )
  if (problems.length === 0) {
    console.log('All is well')
    return
  }
  const total = problems.length + more
  console.log(total === 1 ? '1 problem:' : `${total} problems:`)
  for (const problem of problems.slice(0, SHOWN_PROBLEMS)) console.log(`  - ${problem}`)
  if (total > SHOWN_PROBLEMS)
    console.log(
      `  … and ${total - SHOWN_PROBLEMS} more (--json shows ${more > 0 ? `the first ${problems.length}` : 'all'})`,
    )
}
