import type Stripe from 'stripe'
import { ApiError, invalidParam, refused } from '../api-error.ts'
import type { Params } from '../form.ts'
import { newPaymentMethod } from '../objects/payment-method.ts'
import { list, nested, requiredText, text } from '../read-params.ts'
import { findById, findByNumber } from '../test-methods.ts'
import type { Scope } from '../world.ts'

export interface Call {
  scope: Scope
  params: Params
  /** The object's id in the path; empty for a collection. */
  id: string
  /** The key was publishable: a browser sends the request, and a client secret opens the object. */
  isPublishable: boolean
}

/** Names of parameters that the SDK has for a request, so that a removed parameter does not compile. */
export type Names<P> = readonly (keyof P & string)[]

export interface Route {
  verb: 'DELETE' | 'GET' | 'POST'
  /** With `:id` in place of the object's id. */
  path: string
  /** Top-level parameters that the emulator knows. Others are refused, so that nothing is ignored silently. */
  params?: readonly string[]
  /** Whether a publishable key may call it. */
  isForBrowsers?: boolean
  handle(call: Call): object
}

/** Refuses a browser's request without the object's client secret. */
export function checkSecret({ params, isPublishable }: Call, secret: string | null): void {
  if (!isPublishable) return
  if (requiredText(params, 'client_secret') !== secret)
    throw invalidParam(
      'parameter_invalid',
      'client_secret',
      'The client_secret provided does not match the object',
    )
}

/** Reads `payment_method` or `payment_method_data`; undefined when the request has neither. */
export function readMethod(
  call: Call,
  customer: Stripe.PaymentIntent['customer'],
): Stripe.PaymentMethod | undefined {
  const { scope, params } = call
  const id = text(params, 'payment_method')
  if (!id)
    return params.payment_method_data ? createMethod(call, nested(params, 'payment_method_data')) : undefined
  const test = scope.livemode ? undefined : findById(id)
  if (test) return newPaymentMethod(scope, test)
  const method = scope.get('payment_method', id, 'payment_method')
  if (scope.hidden(id).isUsedUp)
    throw refused(
      'The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, or was detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.',
      { param: 'payment_method' },
    )
  if (method.customer && method.customer !== customer)
    throw refused(
      'The customer does not have a payment method with this ID. The payment method must belong to the customer.',
      { code: 'resource_missing', param: 'payment_method' },
    )
  return method
}

/** Creates a payment method from a test number. Card numbers only come from Stripe's own script. */
export function createMethod({ scope, isPublishable }: Call, data: Params): Stripe.PaymentMethod {
  const type = requiredText(data, 'type')
  const details = nested(data, type)
  if (type === 'card' && !isPublishable)
    throw new ApiError(402, {
      type: 'invalid_request_error',
      message:
        'Sending credit card numbers directly to the Stripe API is generally unsafe. Use a test PaymentMethod such as pm_card_visa.',
    })
  const number =
    type === 'card' ? requiredText(details, 'number') : requiredText(details, 'account_number').slice(-4)
  const test = findByNumber(number)
  if (!test || test.type !== type)
    throw new ApiError(402, {
      type: 'card_error',
      code: 'incorrect_number',
      param: 'number',
      message: 'Your card number is incorrect.',
    })
  const billing = nested(data, 'billing_details')
  const method = newPaymentMethod(scope, test)
  method.billing_details.email = text(billing, 'email') ?? null
  method.billing_details.name = text(billing, 'name') ?? null
  if (text(data, 'allow_redisplay')) method.allow_redisplay = text(data, 'allow_redisplay')!
  return method
}

/** `allowed_payment_method_types`, which has replaced `payment_method_types` since 2026-09-30; null without it. */
export function readAllowedTypes(params: Params): Stripe.PaymentIntent.AllowedPaymentMethodType[] | null {
  const types = list(params, 'allowed_payment_method_types').map(String)
  return types.length > 0 ? types : null
}
