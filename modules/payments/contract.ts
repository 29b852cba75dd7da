import { type Static, Type } from 'typebox'
import { command, contract, event, query } from '#runtime/contract/contract.ts'
import { Id } from '#shared/ids.ts'
import { Money } from '#shared/money.ts'
import { Nothing, Strict } from '#shared/object.ts'
import { SingleLine } from '#shared/text.ts'

export const IntentId = Id('pay')
const OrderId = Id('ord')

/**
 * The provider's result. `unknown`: the provider did not answer in time, so the money may have been taken; call again.
 * `requires_action`: the shopper must confirm at `actionUrl`, a page of the provider. `authorized`: the money is
 * reserved until it is captured.
 */
export const Outcome = Strict({
  status: Type.Union([
    Type.Literal('succeeded'),
    Type.Literal('authorized'),
    Type.Literal('declined'),
    Type.Literal('requires_action'),
    Type.Literal('unknown'),
  ]),
  /** The provider's id of the charge. */
  reference: Type.Optional(Type.String()),
  actionUrl: Type.Optional(Type.String()),
  /** Why the payment was declined, as text for the shopper. */
  reason: Type.Optional(Type.String()),
})
export type Outcome = Static<typeof Outcome>

export const IntentStatus = Type.Union([
  Type.Literal('created'),
  Type.Literal('requires_action'),
  Type.Literal('authorized'),
  Type.Literal('succeeded'),
  Type.Literal('declined'),
  Type.Literal('voided'),
  Type.Literal('refunded'),
])

export const Intent = Strict({
  id: IntentId,
  orderId: OrderId,
  provider: Type.String(),
  amount: Money,
  status: IntentStatus,
  captured: Money,
  refunded: Money,
  actionUrl: Type.Union([Type.String(), Type.Null()]),
  reason: Type.Union([Type.String(), Type.Null()]),
})
export type Intent = Static<typeof Intent>

/** The provider for amounts of 0, which every implementation of this contract has. It approves them with any token. */
export const NOTHING_TO_PAY = 'none'

const notFoundFailures = { INTENT_NOT_FOUND: { status: 404, summary: 'No payment has this id.' } } as const

export const payments = contract('payments', {
  version: '1.1.0',
  summary: 'Payment intents, captures and refunds at external providers',
  methods: {
    createIntent: command({
      summary: 'Records a payment intent, without a request to the provider. A repeat changes nothing.',
      input: Strict({
        intentId: IntentId,
        orderId: OrderId,
        amount: Money,
        /** Use `none` for an amount of 0. */
        provider: SingleLine(1, 40),
        /** The token that the provider gave to the shopper's browser; never a card number. */
        token: SingleLine(1, 255),
        capture: Type.Union([Type.Literal('automatic'), Type.Literal('manual')]),
        /** Where the provider returns the shopper to. Send it to the provider only, because it may open the order. */
        returnUrl: Type.Optional(Type.String({ maxLength: 2000 })),
      }),
      output: Nothing,
      failures: {
        UNKNOWN_PROVIDER: {
          status: 422,
          summary: 'No payment provider has this name, or it is `none` and the amount is not 0.',
        },
      },
      access: 'internal',
    }),
    authorizeIntent: command({
      summary:
        "Requests the payment from the provider, with the intent's id as idempotency key. A repeat returns the payment's current state. Does not record the outcome: `recordOutcome` does.",
      input: Strict({ intentId: IntentId }),
      output: Outcome,
      failures: notFoundFailures,
      timeoutMs: 15_000,
      access: 'internal',
      outside: true,
    }),
    recordOutcome: command({
      summary: 'Records an outcome of `authorizeIntent`. An outcome after a final one changes nothing.',
      input: Strict({ intentId: IntentId, outcome: Outcome }),
      output: Nothing,
      failures: {
        ...notFoundFailures,
        INTENT_CLOSED: {
          status: 409,
          summary: 'The outcome is an approval, but the payment was declined or cancelled before.',
        },
      },
      access: 'internal',
    }),
    captureIntent: command({
      summary: 'Captures an authorised payment. A repeat changes nothing.',
      input: Strict({ intentId: IntentId }),
      output: Intent,
      failures: {
        ...notFoundFailures,
        NOT_CAPTURABLE: { status: 409, summary: 'The payment is not authorised.' },
      },
      timeoutMs: 15_000,
      access: 'internal',
      outside: true,
    }),
    cancelIntent: command({
      summary:
        'Cancels a payment: voids it if it is not captured, and refunds it if it is. A repeat changes nothing.',
      input: Strict({ intentId: IntentId, reason: SingleLine(0, 200) }),
      output: Intent,
      failures: notFoundFailures,
      timeoutMs: 15_000,
      access: 'internal',
      outside: true,
    }),
    getIntent: query({
      summary: 'Returns a payment intent.',
      input: Strict({ intentId: IntentId }),
      output: Intent,
      failures: notFoundFailures,
      access: 'internal',
    }),
    receiveWebhook: command({
      summary:
        "Receives a provider's signed webhook about a payment. Webhooks may come repeatedly and in any order.",
      input: Strict({
        provider: SingleLine(1, 40),
        rawBody: Type.String({
          maxLength: 100_000,
          description:
            "the provider's message, in the provider's own format: the signature covers the unchanged bytes. The `test` provider sends JSON",
        }),
        headers: Type.Record(Type.String(), Type.String(), {
          description:
            "the signature, in the header that the provider uses. The `test` provider: `pando-test-signature: t=SECONDS,v1=HEX`, the HMAC-SHA256 of `SECONDS.BODY` with the provider's key",
        }),
      }),
      output: Nothing,
      failures: {
        UNKNOWN_PROVIDER: { status: 404, summary: 'No payment provider has this name.' },
        INVALID_SIGNATURE: {
          status: 400,
          summary: 'The signature does not match, or is older than five minutes.',
        },
      },
      access: 'public',
      rest: { method: 'POST', path: '/payments/webhooks/{provider}', status: 200, raw: true },
    }),
    completeTestAction: command({
      summary: "Confirms or refuses a payment at the test provider, like the shopper on the provider's page.",
      input: Strict({
        intentId: IntentId,
        decision: Type.Union([Type.Literal('confirm'), Type.Literal('refuse')]),
      }),
      output: Nothing,
      failures: notFoundFailures,
      access: 'internal',
      outside: true,
    }),
    auditPayments: query({
      summary: 'Lists payments by id, for the audit.',
      input: Strict({
        after: Type.Optional(Type.String({ maxLength: 60 })),
        limit: Type.Integer({ minimum: 1, maximum: 5000 }),
      }),
      output: Strict({ intents: Type.Array(Intent) }),
      timeoutMs: 60_000,
      access: 'internal',
    }),
  },
  events: {
    intentSettled: event({
      summary: 'A webhook of the provider reported the result of a payment.',
      payload: Strict({ intentId: IntentId, orderId: OrderId }),
      aggregate: 'intentId',
    }),
  },
})
