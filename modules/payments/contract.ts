import { type Static, Type } from 'typebox'
import { command, contract, event, query } from '#runtime/contract/contract.ts'
import { Id } from '#shared/ids.ts'
import { Money } from '#shared/money.ts'
import { Nothing, Strict } from '#shared/object.ts'
import { Line } from '#shared/text.ts'

export const IntentId = Id('pay')
const OrderId = Id('ord')

/**
 * What the provider said. `unknown`: it did not answer in time, so the money may have moved; ask again.
 * `requires_action`: the shopper has to confirm at `actionUrl`, the provider's page. `authorized`: the money is set
 * aside until it is captured.
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
  /** For the shopper, in words. */
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

/** The provider that every implementation has: it approves amounts of 0, whatever the token, and takes no others. */
export const NOTHING_TO_PAY = 'none'

const notFound = { INTENT_NOT_FOUND: { status: 404, summary: 'No payment has this id.' } } as const

export const payments = contract('payments', {
  version: '1.1.0',
  summary: 'Payment intents, captures and refunds at outside providers',
  methods: {
    createIntent: command({
      summary: 'Records that a payment is wanted, before the provider hears of it; a repeat changes nothing.',
      input: Strict({
        intentId: IntentId,
        orderId: OrderId,
        amount: Money,
        /** `none` is for an amount of 0: nobody is asked for it. */
        provider: Line(1, 40),
        /** What the provider gave the shopper's browser; never a card number. */
        token: Line(1, 255),
        capture: Type.Union([Type.Literal('automatic'), Type.Literal('manual')]),
        /** Where the provider sends the shopper back to. It may open their order, so it is for the provider alone. */
        returnUrl: Type.Optional(Type.String({ maxLength: 2000 })),
      }),
      output: Nothing,
      failures: {
        UNKNOWN_PROVIDER: {
          status: 422,
          summary: 'No payment provider has this name, or it is `none` and there is something to pay.',
        },
      },
      access: 'internal',
    }),
    authorizeIntent: command({
      summary:
        "Asks the provider for the money, with the intent's id as its idempotency key, or how it stands when it was asked before; records nothing.",
      input: Strict({ intentId: IntentId }),
      output: Outcome,
      failures: notFound,
      timeoutMs: 15_000,
      access: 'internal',
      outside: true,
    }),
    recordOutcome: command({
      summary: 'Records what the provider said. A final outcome stays, whatever is recorded after it.',
      input: Strict({ intentId: IntentId, outcome: Outcome }),
      output: Nothing,
      failures: {
        ...notFound,
        INTENT_CLOSED: {
          status: 409,
          summary: 'The provider approves a payment that was declined or cancelled before.',
        },
      },
      access: 'internal',
    }),
    captureIntent: command({
      summary: 'Takes an authorised amount; a repeat changes nothing.',
      input: Strict({ intentId: IntentId }),
      output: Intent,
      failures: { ...notFound, NOT_CAPTURABLE: { status: 409, summary: 'The payment is not authorised.' } },
      timeoutMs: 15_000,
      access: 'internal',
      outside: true,
    }),
    cancelIntent: command({
      summary:
        'Makes sure that no money is kept: voids what is not captured and refunds what is; a repeat changes nothing.',
      input: Strict({ intentId: IntentId, reason: Line(0, 200) }),
      output: Intent,
      failures: notFound,
      timeoutMs: 15_000,
      access: 'internal',
      outside: true,
    }),
    getIntent: query({
      summary: 'Reads a payment intent.',
      input: Strict({ intentId: IntentId }),
      output: Intent,
      failures: notFound,
      access: 'internal',
    }),
    receiveWebhook: command({
      summary: "Takes a provider's signed message about a payment, in any order, any number of times.",
      input: Strict({
        provider: Line(1, 40),
        /** The bytes as they came, for the signature. */
        rawBody: Type.String({ maxLength: 100_000 }),
        headers: Type.Record(Type.String(), Type.String()),
      }),
      output: Nothing,
      failures: {
        UNKNOWN_PROVIDER: { status: 404, summary: 'No payment provider has this name.' },
        INVALID_SIGNATURE: {
          status: 400,
          summary: 'The message is not signed with the key of this shop, or is too old.',
        },
      },
      access: 'public',
      rest: { method: 'POST', path: '/payments/webhooks/{provider}', status: 200, raw: true },
    }),
    completeTestAction: command({
      summary: "Answers the test provider's confirmation page for the shopper.",
      input: Strict({
        intentId: IntentId,
        decision: Type.Union([Type.Literal('confirm'), Type.Literal('refuse')]),
      }),
      output: Nothing,
      failures: notFound,
      access: 'internal',
      outside: true,
    }),
    auditPayments: query({
      summary: 'Lists payments by id for the audit.',
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
      summary: 'A provider told, by webhook, how a payment ended.',
      payload: Strict({ intentId: IntentId, orderId: OrderId }),
      aggregate: 'intentId',
    }),
  },
})
