import type { Command } from 'commander'
import { type AuditReport, auditRunning } from '#lab/audit.ts'
import { formatCount } from '#runtime/events/undelivered-events.ts'
import { countOf } from '#shared/text.ts'
import { withShop } from './support/command-shop.ts'
import { addDataOption } from './support/data-option.ts'

const SHOWN_PROBLEMS = 50

/** `pando audit`: checks that the shop's data add up. Exit code 0 when they do, 2 when they do not. */
export function addAudit(program: Command): void {
  addDataOption(program.command('audit'))
    .description(
      'check that the data of all modules add up: payments, stock, reservations, promotions, carts, events',
    )
    .option('--json', 'print the report as JSON')
    .addHelpText(
      'after',
      '\nThe shop may be running or stopped. A running shop is always in the middle of something, so each problem is\nchecked again for some seconds before it is reported.\nExit code: 0 no problems, 2 problems found, 1 the check itself failed.',
    )
    .action(async (options: { json?: boolean }) => {
      const { report, hasDiscarded } = await withShop(async (shop) => {
        const found = await auditRunning(shop)
        const hasProblems = found.problems.length > 0
        const discarded = hasProblems ? await shop.events.list({ state: 'discarded', limit: 1 }) : []
        return { report: found, hasDiscarded: discarded.length > 0 }
      })
      if (options.json) console.log(JSON.stringify(report, null, 2))
      else print(report)
      if (hasDiscarded)
        console.error(
          'Events were discarded in the last 30 days, so their effects are missing: "pando events list --state discarded" shows them',
        )
      if (report.problems.length > 0) process.exitCode = 2
    })
}

function print({ problems, more, counts }: AuditReport): void {
  console.log(
    `Checked ${countOf(counts.orders, 'order')}, ${countOf(counts.payments, 'payment')}, ${countOf(counts.reservations, 'reservation')}, ${countOf(counts.redemptions, 'use of a promotion', 'uses of promotions')}, ${countOf(counts.confirmations, 'order confirmation')}; ${formatCount(counts.eventsWaiting)} ${counts.eventsWaiting === 1 ? 'event' : 'events'} waiting for delivery`,
  )
  if (problems.length === 0) {
    console.log('All is well')
    return
  }
  const total = problems.length + more
  console.log(`${countOf(total, 'problem')}:`)
  for (const problem of problems.slice(0, SHOWN_PROBLEMS)) console.log(`  - ${problem}`)
  if (total > SHOWN_PROBLEMS)
    console.log(
      `  … and ${total - SHOWN_PROBLEMS} more (--json shows ${more > 0 ? `the first ${problems.length}` : 'all'})`,
    )
}
