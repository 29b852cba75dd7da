import type { ContractChange } from './change.ts'
import { compareMethods } from './compare-methods.ts'
import type { ReleasedContract } from './released.ts'
import { differencesInSchema, type SchemaUse } from './schema-rules.ts'
import { STEPS } from './version.ts'

/**
 * Lists how a contract differs from its last release, breaking changes first. Summaries and descriptions do not count.
 *
 * During a deployment two versions of a process run in parallel, so a change must be compatible in both directions. A
 * receiver ignores members that it does not know, and checks the others against its own version of the contract.
 */
export function compareContracts(before: ReleasedContract, now: ReleasedContract): ContractChange[] {
  const changes = [
    ...compareMethods(before, now),
    ...compareEvents(before, now),
    ...compareReactions(before, now),
  ]
  return changes.sort((a, b) => STEPS.indexOf(a.step) - STEPS.indexOf(b.step))
}

function compareEvents(before: ReleasedContract, now: ReleasedContract): ContractChange[] {
  const names = new Set([...Object.keys(before.events), ...Object.keys(now.events)])
  return [...names].flatMap((name): ContractChange[] => {
    const [event, eventNow] = [before.events[name], now.events[name]]
    const subject = `${before.name}.${name}`
    const at = `/events/${name}`
    if (!eventNow) {
      return [
        {
          ...{ step: 'major', subject, at, what: 'the event is gone' },
          why: 'Breaks consumers: their reactions to it no longer run',
          remedy: 'Emit it until no contract lists it in "reactsTo", then remove it with a major version',
        },
      ]
    }
    if (!event) {
      return [
        {
          ...{ step: 'minor', subject, at, what: 'the event is new' },
          why: 'Compatible: only modules whose contracts list it receive it',
          remedy: 'Nothing',
        },
      ]
    }
    const payload: SchemaUse = { direction: 'output', subject, sender: 'emitters', receiver: 'consumers' }
    const changes = differencesInSchema(event.payload, eventNow.payload, `${at}/payload`, payload)
    if (event.aggregate === eventNow.aggregate) return changes
    return [
      {
        ...{ step: 'major', subject, at: `${at}/aggregate` },
        what: `was in order for each ${event.aggregate}, is in order for each ${eventNow.aggregate}`,
        why: 'Breaks consumers: events that they received in order may arrive in any order',
        remedy: 'Add it as a new event next to the old one, and remove the old one with a major version',
      },
      ...changes,
    ]
  })
}

function compareReactions(before: ReleasedContract, now: ReleasedContract): ContractChange[] {
  const at = '/reactsTo'
  const subject = before.name
  const emitterOf = (event: string) => event.slice(0, event.indexOf('.'))
  const added = now.reactsTo.filter((event) => !before.reactsTo.includes(event))
  const dropped = before.reactsTo.filter((event) => !now.reactsTo.includes(event))
  return [
    ...added.map(
      (event): ContractChange => ({
        ...{ step: 'minor', subject, at, what: `reacts to ${event}` },
        why: `Compatible: a process of "${emitterOf(event)}" sends it as soon as it knows this contract`,
        remedy: `Deploy "${before.name}" before "${emitterOf(event)}": an event that its consumer does not accept is sent again and again`,
      }),
    ),
    ...dropped.map(
      (event): ContractChange => ({
        ...{ step: 'patch', subject, at, what: `no longer reacts to ${event}` },
        why: `Compatible, but a process of "${emitterOf(event)}" with the old contract still sends it, and keeps it as undelivered`,
        remedy: `Deploy "${emitterOf(event)}" before "${before.name}"`,
      }),
    ),
  ]
}
