import { defineConformance } from '#runtime/contract/conformance.ts'
import { newId } from '#shared/ids.ts'
import { money } from '#shared/money.ts'
import {
  create,
  expectCancelled,
  expectStatus,
  intentInput,
  type PaymentsProbe,
  PRICE,
  pay,
  read,
  signed,
  textBefore,
  webhookAbout,
  webhookKey,
} from './conformance-steps.ts'
import { NOTHING_TO_PAY, payments } from './contract.ts'
import { signatureHeader, signWebhook } from './providers/test/webhook.ts'
import { nextStatus, type ProviderStatus, type Status } from './rules/next-status.ts'

const NOTHING = money(0, 'EUR')

/**
 * The behaviour of every implementation of payments, in any language. The implementation needs the provider `test`,
 * with the webhook key that is derived from the deployment's secret.
 */
export const conformance = defineConformance(payments, {
  examples: {
    createIntent: () => intentInput('tok_ok'),
    authorizeIntent: async (probe) => ({ intentId: await create(probe, 'tok_ok') }),
    recordOutcome: async (probe) => ({
      intentId: await create(probe, 'tok_ok'),
      outcome: { status: 'succeeded' as const, reference: newId('tch') },
    }),
    captureIntent: async (probe) => ({ intentId: await pay(probe, 'tok_ok', 'manual') }),
    cancelIntent: async (probe) => ({ intentId: await pay(probe, 'tok_ok'), reason: 'Changed their mind' }),
    getIntent: async (probe) => ({ intentId: await create(probe, 'tok_ok') }),
    receiveWebhook: async (probe) => webhookAbout(probe, await create(probe, 'tok_ok'), 'succeeded'),
    completeTestAction: async (probe) => ({
      intentId: await pay(probe, 'tok_requires_action'),
      decision: 'confirm' as const,
    }),
    auditPayments: () => ({ limit: 10 }),
  },
  checks: [
    {
      name: 'createIntent records an intent, and a repeat without an idempotency key changes nothing',
      async run(probe) {
        const input = intentInput('tok_ok')
        await probe.call('createIntent', input)
        await probe.call('createIntent', { ...input, amount: money(1, 'EUR') })
        probe.matches(await read(probe, input.intentId), {
          id: input.intentId,
          orderId: input.orderId,
          provider: 'test',
          amount: PRICE,
          status: 'created',
          captured: NOTHING,
          refunded: NOTHING,
          actionUrl: null,
          reason: null,
        })
      },
    },
    {
      name: 'createIntent refuses a provider that is not set up',
      run: (probe) =>
        probe.fails('createIntent', { ...intentInput('tok_ok'), provider: 'nobody' }, 'UNKNOWN_PROVIDER'),
    },
    {
      name: 'the provider `none` approves an amount of 0 with any token, and refunds it',
      async run(probe) {
        const input = {
          ...intentInput('tok_declined'),
          provider: NOTHING_TO_PAY,
          amount: NOTHING,
        }
        const { intentId } = input
        await probe.call('createIntent', input)
        const outcome = await probe.call('authorizeIntent', { intentId })
        probe.matches({ status: outcome.status }, { status: 'succeeded' })
        await probe.call('recordOutcome', { intentId, outcome })
        await expectStatus(probe, intentId, 'succeeded')
        probe.matches(await probe.call('cancelIntent', { intentId, reason: 'Changed their mind' }), {
          status: 'refunded',
          captured: NOTHING,
          refunded: NOTHING,
        })
      },
    },
    {
      name: 'the provider `none` refuses amounts other than 0',
      run: (probe) =>
        probe.fails(
          'createIntent',
          { ...intentInput('tok_ok'), provider: NOTHING_TO_PAY },
          'UNKNOWN_PROVIDER',
        ),
    },
    {
      name: 'methods fail with INTENT_NOT_FOUND for an unknown intent',
      async run(probe) {
        const intentId = newId('pay')
        await probe.fails('getIntent', { intentId }, 'INTENT_NOT_FOUND')
        await probe.fails('authorizeIntent', { intentId }, 'INTENT_NOT_FOUND')
        await probe.fails('captureIntent', { intentId }, 'INTENT_NOT_FOUND')
        await probe.fails('cancelIntent', { intentId, reason: '' }, 'INTENT_NOT_FOUND')
        await probe.fails('completeTestAction', { intentId, decision: 'confirm' }, 'INTENT_NOT_FOUND')
        const outcome = { status: 'succeeded' } as const
        await probe.fails('recordOutcome', { intentId, outcome }, 'INTENT_NOT_FOUND')
      },
    },
    ...(['automatic', 'manual'] as const).map((capture) => ({
      name: `tok_ok pays, captured ${capture === 'automatic' ? 'at once' : 'later'}`,
      async run(probe: PaymentsProbe) {
        const intentId = await create(probe, 'tok_ok', capture)
        const status = capture === 'automatic' ? 'succeeded' : 'authorized'
        const outcome = await probe.call('authorizeIntent', { intentId })
        probe.matches(outcome, { status })
        await expectStatus(probe, intentId, 'created')
        await probe.call('recordOutcome', { intentId, outcome })
        const captured = capture === 'automatic' ? PRICE : NOTHING
        probe.matches(await read(probe, intentId), { status, captured, refunded: NOTHING })
      },
    })),
    {
      name: 'authorizeIntent takes the money once when it is called repeatedly',
      async run(probe) {
        const intentId = await create(probe, 'tok_ok')
        const first = await probe.call('authorizeIntent', { intentId })
        probe.matches(await probe.call('authorizeIntent', { intentId }), first)
        await probe.call('recordOutcome', { intentId, outcome: first })
        probe.matches(await probe.call('authorizeIntent', { intentId }), { status: 'succeeded' })
      },
    },
    ...['tok_declined', 'tok_unknown'].map((token) => ({
      name: `${token} is declined, with a reason`,
      async run(probe: PaymentsProbe) {
        const intentId = await create(probe, token)
        const outcome = await probe.call('authorizeIntent', { intentId })
        probe.matches({ ...outcome, reason: typeof outcome.reason }, { status: 'declined', reason: 'string' })
        await probe.call('recordOutcome', { intentId, outcome })
        probe.matches(await read(probe, intentId), {
          status: 'declined',
          captured: NOTHING,
          reason: outcome.reason,
        })
      },
    })),
    ...(['confirm', 'refuse'] as const).map((decision) => ({
      name: `tok_requires_action waits until the shopper chooses to ${decision}`,
      async run(probe: PaymentsProbe) {
        const intentId = await create(probe, 'tok_requires_action')
        const pending = await probe.call('authorizeIntent', { intentId })
        const isPage = pending.actionUrl?.endsWith(`/payments/test/${intentId}`)
        probe.matches({ status: pending.status, isPage }, { status: 'requires_action', isPage: true })
        await probe.call('recordOutcome', { intentId, outcome: pending })
        probe.matches(await read(probe, intentId), {
          status: 'requires_action',
          actionUrl: pending.actionUrl,
        })
        await probe.call('completeTestAction', { intentId, decision })
        const outcome = await probe.call('authorizeIntent', { intentId })
        probe.matches(outcome, { status: decision === 'confirm' ? 'succeeded' : 'declined' })
        await probe.call('recordOutcome', { intentId, outcome })
        probe.matches(await read(probe, intentId), { status: outcome.status, actionUrl: null })
      },
    })),
    {
      name: 'the provider returns the shopper to the returnUrl of createIntent, and no later answer contains it',
      async run(probe) {
        const returnUrl = 'https://shop.example/orders/ord_1?placed&key=okey_1&of=Zoë Ω#top'
        const input = { ...intentInput('tok_requires_action'), returnUrl }
        const { intentId } = input
        await probe.call('createIntent', input)
        const pending = await probe.call('authorizeIntent', { intentId })
        const page = new URL(pending.actionUrl ?? 'none:')
        probe.matches(
          {
            isPage: page.pathname.endsWith(`/payments/test/${intentId}`),
            returnUrl: page.searchParams.get('return'),
          },
          { isPage: true, returnUrl },
        )
        await probe.call('recordOutcome', { intentId, outcome: pending })
        probe.matches(await read(probe, intentId), { actionUrl: pending.actionUrl })
        await probe.call('completeTestAction', { intentId, decision: 'confirm' })
        const outcome = await probe.call('authorizeIntent', { intentId })
        await probe.call('recordOutcome', { intentId, outcome })
        const answers = JSON.stringify([outcome, await read(probe, intentId)])
        probe.matches({ hasReturnUrl: answers.includes('okey_1') }, { hasReturnUrl: false })
      },
    },
    {
      name: 'tok_flaky succeeds, because the failed request is retried',
      async run(probe) {
        const intentId = await create(probe, 'tok_flaky')
        probe.matches(await probe.call('authorizeIntent', { intentId }), { status: 'succeeded' })
      },
    },
    {
      name: 'authorizeIntent with tok_timeout fails at the deadline, and the next call finds the money that was taken',
      async run(probe) {
        const intentId = await create(probe, 'tok_timeout')
        const started = performance.now()
        await probe.fails('authorizeIntent', { intentId }, 'DEADLINE_EXCEEDED', { timeoutMs: 300 })
        const isInTime = performance.now() - started < 2000
        probe.matches({ isInTime }, { isInTime: true })
        probe.matches(await probe.call('authorizeIntent', { intentId }), { status: 'succeeded' })
      },
    },
    {
      name: 'recordOutcome keeps a final outcome when other outcomes follow',
      async run(probe) {
        const intentId = await pay(probe, 'tok_ok')
        for (const status of ['declined', 'unknown', 'requires_action', 'authorized', 'succeeded'] as const) {
          await probe.call('recordOutcome', { intentId, outcome: { status } })
          await expectStatus(probe, intentId, 'succeeded')
        }
      },
    },
    {
      name: 'recordOutcome refuses with INTENT_CLOSED to approve a closed payment',
      async run(probe) {
        const declined = await pay(probe, 'tok_declined')
        const cancelled = await create(probe, 'tok_ok')
        await probe.call('cancelIntent', { intentId: cancelled, reason: 'Too late' })
        for (const intentId of [declined, cancelled]) {
          const before = await read(probe, intentId)
          for (const status of ['succeeded', 'authorized'] as const)
            await probe.fails('recordOutcome', { intentId, outcome: { status } }, 'INTENT_CLOSED')
          probe.matches(await read(probe, intentId), before)
        }
      },
    },
    {
      name: 'captureIntent captures an authorised payment once',
      async run(probe) {
        const intentId = await pay(probe, 'tok_ok', 'manual')
        for (let call = 1; call <= 2; call++)
          probe.matches(await probe.call('captureIntent', { intentId }), {
            status: 'succeeded',
            captured: PRICE,
          })
      },
    },
    {
      name: 'captureIntent refuses a payment that is not authorised',
      async run(probe) {
        const intentIds = [await create(probe, 'tok_ok', 'manual'), await pay(probe, 'tok_declined')]
        for (const intentId of intentIds) await probe.fails('captureIntent', { intentId }, 'NOT_CAPTURABLE')
      },
    },
    {
      name: 'cancelIntent voids payments that are not captured and refunds captured ones, and a repeat changes nothing',
      async run(probe) {
        const authorized = await pay(probe, 'tok_ok', 'manual')
        const waiting = await pay(probe, 'tok_requires_action')
        const captured = await pay(probe, 'tok_ok')
        for (let call = 1; call <= 2; call++) {
          await expectCancelled(probe, authorized, { status: 'voided', captured: NOTHING, refunded: NOTHING })
          await expectCancelled(probe, waiting, { status: 'voided', captured: NOTHING, actionUrl: null })
          await expectCancelled(probe, captured, { status: 'refunded', captured: PRICE, refunded: PRICE })
        }
      },
    },
    {
      name: 'cancelIntent refunds money that was taken but not recorded',
      async run(probe) {
        const intentId = await create(probe, 'tok_ok')
        await probe.call('authorizeIntent', { intentId })
        await expectCancelled(probe, intentId, { status: 'refunded', refunded: PRICE })
      },
    },
    {
      name: 'cancelIntent prevents a later authorizeIntent from taking money',
      async run(probe) {
        const intentId = await create(probe, 'tok_ok')
        await expectCancelled(probe, intentId, { status: 'voided', captured: NOTHING })
        probe.matches(await probe.call('authorizeIntent', { intentId }), { status: 'declined' })
        await expectCancelled(probe, intentId, { status: 'voided', captured: NOTHING })
      },
    },
    {
      name: 'receiveWebhook accepts reports in any order and repeatedly, and never goes back to an earlier status',
      async run(probe) {
        for (const order of ORDERS) {
          const intentId = await create(probe, 'tok_ok')
          let status: Status = 'created'
          for (const reported of order) {
            await probe.call('receiveWebhook', webhookAbout(probe, intentId, reported))
            status = nextStatus(status, reported)
            await expectStatus(probe, intentId, status)
          }
        }
      },
    },
    {
      name: 'receiveWebhook accepts webhooks about unknown payments and other subjects',
      async run(probe) {
        await probe.call('receiveWebhook', webhookAbout(probe, newId('pay'), 'succeeded'))
        await probe.call('receiveWebhook', signed(probe, '{"about":"something else"}'))
        await probe.call('receiveWebhook', signed(probe, 'no JSON'))
      },
    },
    {
      name: 'receiveWebhook refuses messages that are not signed, signed with another key, changed, or older than five minutes',
      async run(probe) {
        const intentId = await create(probe, 'tok_ok')
        const good = webhookAbout(probe, intentId, 'succeeded')
        const old = new Date(Date.now() - 6 * 60_000)
        const forged = [
          { ...good, headers: {} },
          {
            ...good,
            headers: { [signatureHeader]: signWebhook(good.rawBody, Buffer.alloc(32), new Date()) },
          },
          { ...good, rawBody: `${good.rawBody} ` },
          { ...good, headers: { [signatureHeader]: signWebhook(good.rawBody, webhookKey(probe), old) } },
          { ...good, headers: { [signatureHeader]: 'nonsense' } },
        ]
        for (const message of forged) await probe.fails('receiveWebhook', message, 'INVALID_SIGNATURE')
        await probe.fails('receiveWebhook', { ...good, provider: 'nobody' }, 'UNKNOWN_PROVIDER')
        await expectStatus(probe, intentId, 'created')
      },
    },
    {
      name: 'recordOutcome and receiveWebhook agree when they are called concurrently',
      async run(probe) {
        const intentId = await create(probe, 'tok_ok')
        await Promise.all(
          [1, 2, 3].flatMap(() => [
            probe.call('recordOutcome', { intentId, outcome: { status: 'succeeded' } }),
            probe.call('receiveWebhook', webhookAbout(probe, intentId, 'succeeded')),
          ]),
        )
        probe.matches(await read(probe, intentId), { status: 'succeeded', captured: PRICE })
      },
    },
    {
      name: 'auditPayments lists all payments by id, page by page',
      async run(probe) {
        const created = [await create(probe, 'tok_ok'), await create(probe, 'tok_ok')].sort()
        const after = textBefore(created[0]!)
        const { intents } = await probe.call('auditPayments', { after, limit: 5000 })
        const ids = intents.map((intent) => intent.id)
        probe.matches(
          ids.filter((id) => created.includes(id)),
          created,
        )
        probe.matches(ids, [...ids].sort())
        const page = await probe.call('auditPayments', { after, limit: 1 })
        probe.matches(page.intents, intents.slice(0, 1))
      },
    },
  ],
})

/** Orders of reports that a provider or the network can produce. */
const ORDERS: ProviderStatus[][] = [
  ['requires_action', 'authorized', 'succeeded', 'refunded'],
  ['succeeded', 'requires_action', 'succeeded', 'authorized', 'declined'],
  ['refunded', 'succeeded', 'refunded', 'voided', 'declined'],
  ['declined', 'succeeded', 'authorized'],
  ['authorized', 'voided', 'succeeded'],
  ['succeeded', 'voided', 'refunded', 'refunded'],
]
