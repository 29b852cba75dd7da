import { type Command, InvalidArgumentError, Option } from 'commander'
import type { EventAdmin } from '#runtime/events/event-admin.ts'
import type { UndeliveredEvent } from '#runtime/events/undelivered-events.ts'
import { withShop } from './support/command-shop.ts'
import { addDataOption } from './support/data-option.ts'
import { reportError, UserError } from './support/report-error.ts'
import { formatTable } from './support/table.ts'

interface ConsumerOption {
  consumer?: string
}

const DEFAULT_LIMIT = 50

/** `pando events`: lists, retries and discards undelivered events. */
export function addEvents(program: Command): void {
  const events = program
    .command('events')
    .description(
      'manage undelivered events: waiting ones, and parked ones, whose deliveries have failed too often',
    )
    .addHelpText(
      'after',
      '\nThe shop may be running or stopped, in any topology. Exit code: 0 done, 1 failed, for example because there is no such event.',
    )
  addDataOption(events.command('list'))
    .description('list undelivered events, parked ones first')
    .option('--module <name>', 'only events of this module')
    .addOption(
      new Option('--state <state>', 'only events in this state (default: waiting and parked)').choices([
        'waiting',
        'parked',
        'discarded',
      ]),
    )
    .option('--limit <count>', 'maximum number of events to list for each module', readCount, DEFAULT_LIMIT)
    .option('--json', 'print the events as JSON')
    .action(async (options: ListOptions) => {
      const listed = await withShop(({ events }) => {
        requireModule(events, options.module)
        return events.list({ ...options, limit: options.limit + 1 })
      })
      const { shown, modulesWithMore } = limitByModule(listed, options.limit)
      console.log(options.json ? JSON.stringify(shown, null, 2) : formatEvents(shown, Date.now()))
      if (modulesWithMore.length > 0)
        console.error(
          `There are more events of ${modulesWithMore.join(', ')}: use --limit to list more than ${options.limit} of each module`,
        )
    })
  addDataOption(events.command('show'))
    .description('show an event as JSON, with its payload and the error of its last try')
    .argument('<id>', 'id of the event, such as evt_…')
    .action(async (id: string) => {
      const found = await withShop(async ({ events }) => {
        const undelivered = await events.find({ id })
        return undelivered.length > 0 ? undelivered : events.findDiscarded(id)
      })
      if (found.length === 0) throw unknownEvent('show', id)
      console.log(JSON.stringify(found, null, 2))
    })
  addDataOption(events.command('retry'))
    .description('deliver events again, before later events of the same aggregate (order, product, …)')
    .argument('<id...>', 'ids of the events, such as evt_…')
    .option('--consumer <module>', 'retry the delivery to this module only')
    .action(async (ids: string[], { consumer }: ConsumerOption) => {
      const errors = await withShop(async ({ events }) => {
        const missing: UserError[] = []
        for (const id of new Set(ids)) {
          const count = await events.retry({ id, consumer })
          if (count > 0)
            console.log(`The event ${id} will be retried within some seconds, or when the shop starts`)
          else missing.push(unknownEvent('retry', id, consumer, await events.findDiscarded(id)))
        }
        return missing
      })
      for (const error of errors) reportError(error)
      if (errors.length > 0) process.exitCode = 1
    })
  addDataOption(events.command('discard'))
    .description('give up the delivery of an event: its consumer never handles it')
    .argument('<id>', 'id of the event, such as evt_…')
    .option('--consumer <module>', 'discard the delivery to this module only')
    .option('--yes', 'confirm that the event is to be discarded')
    .action(async (id: string, { consumer, yes }: ConsumerOption & { yes?: boolean }) => {
      const count = await withShop(async ({ events }) => {
        const found = await events.find({ id, consumer })
        if (found.length === 0) throw unknownEvent('discard', id, consumer, await events.findDiscarded(id))
        if (!yes)
          throw new UserError(
            `Cannot discard the event ${id} without confirmation: ${found.map(({ name, consumer: to }) => `${name} would never reach ${to}`).join(', ')}. Confirm with --yes`,
          )
        return events.discard({ id, consumer })
      })
      if (count === 0)
        throw new UserError(`Cannot discard the event ${id}: it has been delivered in the meantime`)
      console.log(
        `The event ${id} is discarded. It is kept for 30 days in the table pando_discarded_event of its module`,
      )
    })
}

interface ListOptions {
  module?: string
  state?: UndeliveredEvent['state']
  limit: number
  json?: boolean
}

/** Events as a table for a terminal. `now`: milliseconds since the epoch. */
export function formatEvents(events: readonly UndeliveredEvent[], now: number): string {
  if (events.length === 0) return 'No undelivered events'
  const head = ['id', 'event', 'consumer', 'aggregate', 'state', 'tries', 'age', 'last error']
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

function requireModule({ modules }: EventAdmin, module: string | undefined): void {
  if (module === undefined || modules.includes(module)) return
  throw new UserError(
    `Cannot list events of "${module}": no module with events has this name. The modules are ${modules.join(', ')}`,
  )
}

/** The first `limit` events of each module, and the names of the modules that have more. */
function limitByModule(
  events: readonly UndeliveredEvent[],
  limit: number,
): { shown: UndeliveredEvent[]; modulesWithMore: string[] } {
  const counts = new Map<string, number>()
  const shown = events.filter(({ module }) => {
    counts.set(module, (counts.get(module) ?? 0) + 1)
    return counts.get(module)! <= limit
  })
  const modulesWithMore = [...counts].filter(([, count]) => count > limit).map(([module]) => module)
  return { shown, modulesWithMore }
}

function unknownEvent(
  verb: string,
  id: string,
  consumer?: string,
  discarded: readonly UndeliveredEvent[] = [],
): UserError {
  const [first] = discarded
  if (first)
    return new UserError(
      `Cannot ${verb} the event ${id}: it was discarded at ${first.discardedAt!.toISOString()}. "pando events show ${id}" shows its payload`,
    )
  const forConsumer = consumer === undefined ? '' : ` for "${consumer}"`
  return new UserError(
    `Cannot ${verb} the event ${id}: no event with this id is waiting or parked${forConsumer}. It may have been delivered; "pando events list" shows undelivered events`,
  )
}

function readCount(value: string): number {
  const count = Number(value)
  if (!Number.isInteger(count) || count < 1 || count > 10_000)
    throw new InvalidArgumentError('It must be a number from 1 to 10000')
  return count
}
