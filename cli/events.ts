import { type Command, InvalidArgumentError, Option } from 'commander'
import type { EventDesk } from '#runtime/events/event-desk.ts'
import type { KeptEvent } from '#runtime/events/kept-events.ts'
import { withShop } from './support/command-shop.ts'
import { addDataOption } from './support/data-option.ts'
import { reportError, UserError } from './support/report-error.ts'
import { formatTable } from './support/table.ts'

interface Chosen {
  consumer?: string
}

const LIMIT = 50

/** `pando events`: those that are not delivered, and what can be done about them. */
export function addEvents(program: Command): void {
  const events = program
    .command('events')
    .description(
      'events that are not delivered: those that wait, and parked ones, which their consumer refused',
    )
    .addHelpText(
      'after',
      '\nAll work while the shop runs and when it does not, in every topology. Exit code: 1 no such event.',
    )
  addDataOption(events.command('list'))
    .description('list them, parked ones first')
    .option('--module <name>', 'only of one module')
    .addOption(new Option('--state <state>', 'only these').choices(['waiting', 'parked', 'discarded']))
    .option('--limit <count>', 'at most so many of each module', readCount, LIMIT)
    .option('--json', 'print them as JSON')
    .action(async (options: ListOptions) => {
      const listed = await withShop(({ events }) => {
        refuseUnknown(events, options.module)
        return events.list({ ...options, limit: options.limit + 1 })
      })
      const { shown, longer } = cut(listed, options.limit)
      console.log(options.json ? JSON.stringify(shown, null, 2) : formatEvents(shown, Date.now()))
      if (longer.length > 0)
        console.error(
          `There are more of ${longer.join(', ')}: --limit shows more than ${options.limit} of each`,
        )
    })
  addDataOption(events.command('show'))
    .description('show one with its payload and the error of its last try, as JSON')
    .argument('<id>', 'such as evt_…')
    .action(async (id: string) => {
      const found = await withShop(async ({ events }) => {
        const kept = await events.find({ id })
        return kept.length > 0 ? kept : events.findDiscarded(id)
      })
      if (found.length === 0) throw unknown('show', id)
      console.log(JSON.stringify(found, null, 2))
    })
  addDataOption(events.command('retry'))
    .description(
      'let it be delivered again, before later ones of the same order, product and so on that wait',
    )
    .argument('<id...>', 'such as evt_…; each by itself')
    .option('--consumer <module>', 'only to this one')
    .action(async (ids: string[], { consumer }: Chosen) => {
      const refused = await withShop(async ({ events }) => {
        const missing: UserError[] = []
        for (const id of new Set(ids)) {
          const count = await events.retry({ id, consumer })
          if (count > 0)
            console.log(`The event ${id} is tried again within some seconds, or when the shop starts`)
          else missing.push(unknown('retry', id, consumer, await events.findDiscarded(id)))
        }
        return missing
      })
      for (const error of refused) reportError(error)
      if (refused.length > 0) process.exitCode = 1
    })
  addDataOption(events.command('discard'))
    .description('give it up: what its consumer would have done never happens')
    .argument('<id>', 'such as evt_…')
    .option('--consumer <module>', 'only for this one')
    .option('--yes', 'really')
    .action(async (id: string, { consumer, yes }: Chosen & { yes?: boolean }) => {
      const count = await withShop(async ({ events }) => {
        const found = await events.find({ id, consumer })
        if (found.length === 0) throw unknown('discard', id, consumer, await events.findDiscarded(id))
        if (!yes)
          throw new UserError(
            `Cannot discard the event ${id} unasked: ${found.map(({ name, consumer: to }) => `${name} would never reach ${to}`).join(', ')}. Say --yes if that is what you want`,
          )
        return events.discard({ id, consumer })
      })
      if (count === 0) throw new UserError(`Cannot discard the event ${id}: it has been delivered meanwhile`)
      console.log(
        `The event ${id} is discarded. The table pando_discarded_event of its module keeps it for 30 days`,
      )
    })
}

interface ListOptions {
  module?: string
  state?: KeptEvent['state']
  limit: number
  json?: boolean
}

/** Events as a table for a terminal. `now`: milliseconds since the epoch. */
export function formatEvents(events: readonly KeptEvent[], now: number): string {
  if (events.length === 0) return 'No event waits'
  const head = ['id', 'event', 'for', 'about', 'state', 'tries', 'age', 'last error']
  const rows = events.map((event) => [
    event.id,
    event.name,
    event.consumer,
    event.aggregate,
    event.state,
    String(event.attempts),
    `${Math.max(0, Math.round((now - event.emittedAt.getTime()) / 1000))} s`,
    (event.error ?? '').split('\n')[0]!.slice(0, 100),
  ])
  return formatTable([head, ...rows], ['tries', 'age']).join('\n')
}

function refuseUnknown({ modules }: EventDesk, module: string | undefined): void {
  if (module === undefined || modules.includes(module)) return
  throw new UserError(
    `Cannot list events of "${module}": no module of that name has any. There are ${modules.join(', ')}`,
  )
}

/** At most `limit` of each module, and the modules that have more. */
function cut(events: readonly KeptEvent[], limit: number): { shown: KeptEvent[]; longer: string[] } {
  const counts = new Map<string, number>()
  const shown = events.filter(({ module }) => {
    counts.set(module, (counts.get(module) ?? 0) + 1)
    return counts.get(module)! <= limit
  })
  return { shown, longer: [...counts].filter(([, count]) => count > limit).map(([module]) => module) }
}

function unknown(
  verb: string,
  id: string,
  consumer?: string,
  discarded: readonly KeptEvent[] = [],
): UserError {
  const [first] = discarded
  if (first)
    return new UserError(
      `Cannot ${verb} the event ${id}: it was discarded at ${first.discardedAt!.toISOString()}. "pando events show ${id}" shows what was in it`,
    )
  const whose = consumer === undefined ? '' : ` for "${consumer}"`
  return new UserError(
    `Cannot ${verb} the event ${id}: none with this id waits or is parked${whose}. It may have been delivered; "pando events list" shows those that are not`,
  )
}

function readCount(value: string): number {
  const count = Number(value)
  if (!Number.isInteger(count) || count < 1 || count > 10_000)
    throw new InvalidArgumentError('It must be a number from 1 to 10000')
  return count
}
