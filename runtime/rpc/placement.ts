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

/** Reads the body of a placement. Throws INVALID_INPUT. */
export function readPlacement(body: Buffer): PlacementState {
  let placement: unknown
  try {
    placement = JSON.parse(body.toString('utf8'))
  } catch {
    throw runtimeFailure('MALFORMED_BODY', 'Cannot read the placement: it is not JSON')
  }
  if (!Body.accepts(placement)) {
    throw runtimeFailure('INVALID_INPUT', 'Cannot take the placement: see the fields', {
      fields: Body.problems(placement),
    })
  }
  return placement as PlacementState
}
