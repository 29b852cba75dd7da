import { Type } from 'typebox'
import { createValidator } from '../call/validator.ts'
import { runtimeFailure } from '../contract/failure.ts'
import type { PlacementState } from '../topology/placement.ts'

const Origins = Type.Record(Type.String(), Type.Array(Type.String({ pattern: '^https?://[^/?#@]+$' })))

const Body = createValidator(
  Type.Object({
    version: Type.Integer({ minimum: 0 }),
    modules: Origins,
    standby: Type.Optional(Origins),
    preparing: Type.Optional(Type.Boolean()),
  }),
)

/** Parses and checks the body of a placement update. Throws MALFORMED_BODY or INVALID_INPUT. */
export function readPlacement(body: Buffer): PlacementState {
  let placement: unknown
  try {
    placement = JSON.parse(body.toString('utf8'))
  } catch {
    throw runtimeFailure('MALFORMED_BODY', 'Cannot read the placement: it is not JSON')
  }
  if (!Body.accepts(placement)) {
    throw runtimeFailure('INVALID_INPUT', 'Cannot accept the placement: see the fields', {
      fields: Body.problems(placement),
    })
  }
  return placement as PlacementState
}
