import type Stripe from 'stripe'
import { invalidParam } from '../api-error.ts'
import type { Params } from '../form.ts'
import { integer, list, nested, text } from '../read-params.ts'
import type { Table, Tables } from '../world.ts'
import type { Call, Names, Route } from './route.ts'

const DEFAULT_LIMIT = 10
const MAX_LIMIT = 100

/** The SDK's parameters of each list. */
interface ListParams extends Record<Table, object> {
  balance_transaction: Stripe.BalanceTransactionListParams
  charge: Stripe.ChargeListParams
  'checkout.session': Stripe.Checkout.SessionListParams
  customer: Stripe.CustomerListParams
  dispute: Stripe.DisputeListParams
  event: Stripe.EventListParams
  payment_intent: Stripe.PaymentIntentListParams
  payment_method: Stripe.PaymentMethodListParams
  refund: Stripe.RefundListParams
  setup_intent: Stripe.SetupIntentListParams
}

const filters: { [T in Table]: Names<ListParams[T]> } = {
  balance_transaction: ['currency', 'source', 'type'],
  charge: ['customer', 'payment_intent'],
  'checkout.session': ['customer', 'payment_intent', 'status'],
  customer: ['email'],
  dispute: ['charge', 'payment_intent'],
  event: ['type'],
  payment_intent: ['customer'],
  payment_method: ['allow_redisplay', 'customer', 'type'],
  refund: ['charge', 'payment_intent'],
  setup_intent: ['customer', 'payment_method'],
}

/** A route that lists the objects of a kind: the newest first, by pages, filtered by members and time. */
export function listRoute(path: string, table: Table): Route {
  return {
    verb: 'GET',
    path,
    params: [
      'limit',
      'starting_after',
      'ending_before',
      'created',
      'expand',
      ...filters[table],
      ...(table === 'event' ? ['types', 'delivery_success'] : []),
    ],
    handle: (call) => listObjects(call, path, table),
  }
}

/** Answers `GET /v1/…/:id`. */
export function retrieveRoute(path: string, table: Table): Route {
  return { verb: 'GET', path, params: ['expand'], handle: ({ scope, id }) => scope.get(table, id) }
}

function listObjects({ scope, params }: Call, url: string, table: Table): Stripe.ApiList<Tables[Table]> {
  const limit = integer(params, 'limit') ?? DEFAULT_LIMIT
  if (limit < 1 || limit > MAX_LIMIT)
    throw invalidParam('parameter_invalid_integer', 'limit', `This value must be between 1 and ${MAX_LIMIT}`)
  const isWanted = filterOf(params, filters[table])
  const found = scope.all(table).filter(isWanted).reverse()
  const after = text(params, 'starting_after')
  const before = text(params, 'ending_before')
  const positionOf = (id: string, param: string) => found.indexOf(scope.get(table, id, param))
  if (before) {
    const end = positionOf(before, 'ending_before')
    return page(found.slice(Math.max(0, end - limit), end), end > limit, url)
  }
  const start = after ? positionOf(after, 'starting_after') + 1 : 0
  return page(found.slice(start, start + limit), found.length > start + limit, url)
}

function page<T>(data: T[], has_more: boolean, url: string): Stripe.ApiList<T> {
  return { object: 'list', data, has_more, url }
}

function filterOf(params: Params, members: readonly string[]): (item: Tables[Table]) => boolean {
  const values = members.flatMap((member) => {
    const value = text(params, member)
    return value === undefined ? [] : [[member, value] as const]
  })
  const types = list(params, 'types')
  const delivered = text(params, 'delivery_success')
  const isInTime = timeFilter(params)
  return (item) => {
    const record = item as unknown as Record<string, unknown>
    if (types.length > 0 && !types.includes(String(record.type))) return false
    if (delivered !== undefined && (record.pending_webhooks === 0) !== (delivered === 'true')) return false
    return isInTime(item.created) && values.every(([member, value]) => record[member] === value)
  }
}

function timeFilter(params: Params): (created: number) => boolean {
  if (typeof params.created === 'string') {
    const at = integer(params, 'created')
    return (created) => created === at
  }
  const range = nested(params, 'created')
  const limit = (name: string, otherwise: number) => integer(range, name) ?? otherwise
  const [gt, gte] = [limit('gt', -1), limit('gte', 0)]
  const [lt, lte] = [limit('lt', Number.POSITIVE_INFINITY), limit('lte', Number.POSITIVE_INFINITY)]
  return (created) => created > gt && created >= gte && created < lt && created <= lte
}
