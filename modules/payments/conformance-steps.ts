import type { Probe } from '#runtime/contract/conformance.ts'
import { newId } from '#shared/ids.ts'
import { money } from '#shared/money.ts'
import type { Intent, Outcome, payments } from './contract.ts'
import { signatureHeader, signWebhook } from './providers/test/webhook.ts'
import type { ProviderStatus, Status } from './rules/next-status.ts'

export type PaymentsProbe = Probe<typeof payments>

export const PRICE = money(1999, 'EUR')

export function intentInput(token: string, capture: 'automatic' | 'manual' = 'automatic') {
  return { intentId: newId('pay'), orderId: newId('ord'), amount: PRICE, provider: 'test', token, capture }
}

export async function create(
  probe: PaymentsProbe,
  token: string,
  capture?: 'automatic' | 'manual',
): Promise<string> {
  const input = intentInput(token, capture)
  await probe.call('createIntent', input)
  return input.intentId
}

/** Pays like a checkout: creates an intent, requests the payment and records the outcome. */
export async function pay(
  probe: PaymentsProbe,
  token: string,
  capture?: 'automatic' | 'manual',
): Promise<string> {
  const intentId = await create(probe, token, capture)
  const outcome: Outcome = await probe.call('authorizeIntent', { intentId })
  await probe.call('recordOutcome', { intentId, outcome })
  return intentId
}

export function read(probe: PaymentsProbe, intentId: string): Promise<Intent> {
  return probe.call('getIntent', { intentId })
}

export async function expectStatus(probe: PaymentsProbe, intentId: string, status: Status): Promise<void> {
  probe.matches(await read(probe, intentId), { status })
}

export async function expectCancelled(
  probe: PaymentsProbe,
  intentId: string,
  expected: Partial<Intent>,
): Promise<void> {
  probe.matches(await probe.call('cancelIntent', { intentId, reason: 'Changed their mind' }), expected)
  probe.matches(await read(probe, intentId), expected)
}

/** A webhook of the provider `test` that reports the status of a charge. */
export function webhookAbout(probe: PaymentsProbe, intentId: string, status: ProviderStatus) {
  const charge = {
    key: intentId,
    reference: `tch_${intentId.slice(4)}`,
    status,
    actionUrl: null,
    reason: null,
  }
  return signed(probe, JSON.stringify(charge))
}

export function signed(probe: PaymentsProbe, rawBody: string) {
  const headers: Record<string, string> = {
    [signatureHeader]: signWebhook(rawBody, webhookKey(probe), new Date()),
  }
  return { provider: 'test', rawBody, headers }
}

export function webhookKey(probe: PaymentsProbe): Buffer {
  return probe.deriveKey('payments: webhooks of the test provider')
}

/** A text that sorts just before an id. */
export function textBefore(id: string): string {
  return `${id.slice(0, -1)}${String.fromCharCode(id.charCodeAt(id.length - 1) - 1)}`
}
