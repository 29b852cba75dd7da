import { type ContractChange, NO_REMEDY } from './change.ts'
import { compareMethods } from './compare-methods.ts'
import type { ContractJson } from './contract-json.ts'
import { differencesInSchema, type SchemaUse } from './schema-rules.ts'
import { STEPS } from './version.ts'

/**
 * Lists how a contract differs from its last release, breaking changes first. Summaries and descriptions do not count.
 *
 * During a deployment two versions of a process run in parallel, so a change must be compatible in both directions. A
 * receiver ignores members that it does not know, and checks the others against its own version of the contract.
 */
export function compareContracts(before: ContractJson, now: ContractJson): ContractChange[] {
  const changes = [
    ...compareMethods(before, now),
    ...compareEvents(before, now),
    ...compareReactions(before, now),
  ]
  return changes.sort((a, b) => STEPS.indexOf(a.step) - STEPS.indexOf(b.step))
}

function compareEvents(before: ContractJson, now: ContractJson): ContractChange[] {
  const names = new Set([...Object.keys(before.events), ...Object.keys(now.events)])
  return [...names].flatMap((name): ContractChange[] => {
    const [event, eventNow] = [before.events[name], now.events[name]]
    const subject = `${before.name}.${name}`
    const at = `/events/${name}`
    if (!eventNow) {
      const why = 'Breaks consumers: their reactions to it no longer run'
      const remedy = 'Emit it until no contract lists it in "reactsTo", then remove it with a major version'
      return [{ step: 'major', subject, at, what: 'the event is gone', why, remedy }]
    }
    if (!event) {
      const why = 'Compatible: only modules whose contracts list it receive it'
      return [{ step: 'minor', subject, at, what: 'the event is new', why, remedy: NO_REMEDY }]
    }
    const payload: SchemaUse = { direction: 'output', subject, sender: 'emitters', receiver: 'consumers' }
    const changes = differencesInSchema(event.payload, eventNow.payload, `${at}/payload`, payload)
    if (event.aggregate === eventNow.aggregate) return changes
    const what = `was in order for each ${event.aggregate}, is in order for each ${eventNow.aggregate}`
    const why = 'Breaks consumers: events that they received in order may arrive in any order'
    const remedy = 'Add it as a new event next to the old one, and remove the old one with a major version'
    return [{ step: 'major', subject, at: `${at}/aggregate`, what, why, remedy }, ...changes]
  })
}

function compareReactions(before: ContractJson, now: ContractJson): ContractChange[] {
  const at = '/reactsTo'
  const subject = before.name
  const emitterOf = (event: string) => event.slice(0, event.indexOf('.'))
  const added = now.reactsTo.filter((event) => !before.reactsTo.includes(event))
  const dropped = before.reactsTo.filter((event) => !now.reactsTo.includes(event))
  return [
    ...added.map((event): ContractChange => {
      const why = `Compatible: the processes of "${emitterOf(event)}" send it as soon as they know this contract`
      const remedy = `Deploy "${before.name}" before "${emitterOf(event)}": an event that its consumer does not accept yet is retried, and parked after some attempts`
      return { step: 'minor', subject, at, what: `reacts to ${event}`, why, remedy }
    }),
    ...dropped.map((event): ContractChange => {
      const why = `Compatible, but processes of "${emitterOf(event)}" that know only the old contract still send it, and keep it as undelivered`
      const remedy = `Deploy "${emitterOf(event)}" before "${before.name}"`
      return { step: 'patch', subject, at, what: `no longer reacts to ${event}`, why, remedy }
    }),
  ]
}
