import type { EventSpec } from '../contract/contract.ts'
import { runtimeFailure } from '../contract/failure.ts'
import { createValidator } from './validator.ts'

/**
 * The payload of an event (`module.event`) without members that are unknown here, as the emitter may have a newer
 * contract. Throws INVALID_INPUT when the rest breaks the contract.
 */
export function knownPayload(event: string, spec: EventSpec, payload: unknown): unknown {
  const validator = createValidator(spec.payload)
  if (validator.accepts(payload)) return payload
  const known = validator.withoutUnknown(payload)
  if (validator.accepts(known)) return known
  throw runtimeFailure('INVALID_INPUT', `Cannot accept ${event}: its payload breaks the contract`, {
    fields: validator.problems(known),
  })
}
