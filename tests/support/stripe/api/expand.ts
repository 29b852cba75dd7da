import { type ApiError, refused } from '../api-error.ts'
import type { Params } from '../form.ts'
import { list } from '../read-params.ts'
import type { Scope } from '../world.ts'

const MAX_DEPTH = 4
type Json = Record<string, unknown>

/** A copy of the answer in which the ids that `expand` names are replaced by their objects. */
export function expanded(scope: Scope, answer: object, params: Params): object {
  const copy = structuredClone(answer)
  for (const path of list(params, 'expand')) {
    const steps = String(path).split('.')
    if (steps.length > MAX_DEPTH)
      throw notExpandable(
        'property_expansion_max_depth',
        `You cannot expand more than ${MAX_DEPTH} levels of a property. Property: ${String(path)}`,
      )
    expandStep(scope, copy as Json, steps, String(path))
  }
  return copy
}

function expandStep(scope: Scope, at: Json, [name = '', ...rest]: string[], path: string): void {
  if (name === 'refunds' && at.object === 'charge') at.refunds = refundsOf(scope, String(at.id))
  if (!(name in at))
    throw notExpandable('property_not_expandable', `This property cannot be expanded (${path}).`)
  const value = at[name]
  if (Array.isArray(value)) {
    if (rest.length > 0) for (const item of value) expandStep(scope, item as Json, rest, path)
    return
  }
  const object = typeof value === 'string' ? scope.world.findAny(scope.livemode, value) : value
  if (typeof value === 'string' && !object)
    throw notExpandable('property_not_expandable', `This property cannot be expanded (${path}).`)
  if (!object) return
  if (typeof value === 'string') at[name] = structuredClone(object)
  if (rest.length > 0) expandStep(scope, at[name] as Json, rest, path)
}

/** Since 2022-11-15 a charge has its refunds only when they are expanded. */
function refundsOf(scope: Scope, charge: string): object {
  const data = scope
    .all('refund')
    .filter((refund) => refund.charge === charge)
    .reverse()
  return {
    object: 'list',
    data: structuredClone(data),
    has_more: false,
    url: `/v1/charges/${charge}/refunds`,
  }
}

function notExpandable(code: string, message: string): ApiError {
  return refused(message, { code, param: 'expand' })
}
