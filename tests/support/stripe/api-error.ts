import type Stripe from 'stripe'

/** The members of Stripe's error object that the emulator sends. */
export interface ErrorBody {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error'
  message: string
  code?: string
  param?: string
  decline_code?: string
  charge?: string
  payment_intent?: Stripe.PaymentIntent
  payment_method?: Stripe.PaymentMethod
  setup_intent?: Stripe.SetupIntent
  doc_url?: string
}

/** An error answer in Stripe's form. */
export class ApiError extends Error {
  readonly status: number
  readonly body: ErrorBody
  /** Whether the endpoint had begun, so that the idempotency key keeps this answer. Validation errors are not kept. */
  readonly isKept: boolean

  constructor(status: number, body: ErrorBody, { isKept = true } = {}) {
    super(body.message)
    this.status = status
    this.body = body.code ? { ...body, doc_url: `https://stripe.com/docs/error-codes/${body.code}` } : body
    this.isKept = isKept
  }
}

/** A 400 for a parameter that cannot be right, whatever the state of the objects. */
export function invalidParam(code: string, param: string, message: string): ApiError {
  return new ApiError(400, { type: 'invalid_request_error', code, param, message }, { isKept: false })
}

/** A 400 because of the state of the objects. */
export function refused(message: string, more: Omit<Partial<ErrorBody>, 'message' | 'type'> = {}): ApiError {
  return new ApiError(400, { type: 'invalid_request_error', message, ...more })
}

export function missing(what: string, id: string, param = 'id'): ApiError {
  return new ApiError(404, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    param,
    message: `No such ${what}: '${id}'`,
  })
}
