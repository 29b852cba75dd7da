import type { EventSpec } from '../contract/contract.ts'
import { runtimeFailure } from '../contract/failure.ts'
import { createValidator } from './validator.ts'

/**
 * The payload of an event, `module.event`, without members that the emitter's contract does not have here: the emitter may
 * have a newer one. Throws INVALID_INPUT when what is left breaks the contract.
 */
export function knownPayload(event: string, spec: EventSpec, payload: unknown): unknown {
  const validator = createValidator(spec.payload)
  if (validator.accepts(payload)) return payload
  const known = validator.withoutUnknown(payload)
  if (validator.accepts(known)) return known
  throw runtimeFailure('INVALID_INPUT', `Cannot take ${event}: its payload breaks the contract`, {
    fields: validator.problems(known),
  })
}
