import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#shared/ids.ts'
import { type RunningTestProvider, startTestProvider } from '#tests/support/test-provider.ts'
import { TestProvider } from './adapter.ts'
import { createHttpService } from './over-http.ts'
import type { Faults } from './server.ts'

let service: RunningTestProvider
const noFaults: Faults = {
  cutAnswers: 0,
  refuseRequests: 0,
  delayMs: 0,
  webhookCopies: 1,
  webhooks: 'after',
  clockAheadMs: 0,
}

beforeAll(async () => {
  service = await startTestProvider()
})
afterAll(() => service.stop())

function provider(timeoutMs = 5000): TestProvider {
  return new TestProvider(createHttpService(service.url), {
    timeoutMs,
    webhookKey: Buffer.from(service.settings.PANDO_TEST_PROVIDER_KEY, 'hex'),
    actionUrl: (key) => `http://shop.test/payments/test/${key}`,
  })
}

function request(token: string, key = newId('pay')) {
  return {
    key,
    token,
    amount: { amount: 1999, currency: 'EUR' },
    capture: 'automatic' as const,
    orderId: newId('ord'),
    returnUrl: null,
  }
}

async function chargeOf(key: string) {
  return (await service.charges()).find((charge) => charge.key === key)
}

describe('the test provider as a service', () => {
  it('captures, declines or requires an action, according to the token', async () => {
    expect(await provider().authorize(request('tok_ok'))).toMatchObject({
      kind: 'charge',
      charge: { status: 'succeeded' },
    })
    expect(await provider().authorize(request('tok_declined'))).toMatchObject({
      charge: { status: 'declined', reason: 'The card was declined' },
    })
    const pending = request('tok_requires_action')
    expect(await provider().authorize(pending)).toMatchObject({
      charge: { status: 'requires_action', actionUrl: `http://shop.test/payments/test/${pending.key}` },
    })
    await provider().decide(pending.key, 'confirm')
    expect(await provider().retrieve({ key: pending.key, reference: null })).toMatchObject({
      charge: { status: 'succeeded' },
    })
  })

  it('retries tok_flaky once with the same key, and succeeds', async () => {
    const flaky = request('tok_flaky')
    expect(await provider().authorize(flaky)).toMatchObject({ charge: { status: 'succeeded' } })
    expect(await chargeOf(flaky.key)).toMatchObject({ captured: 1999, requests: 2 })
  })

  it('returns no answer for tok_timeout, and the money is taken', async () => {
    const late = request('tok_timeout')
    expect(await provider(200).authorize(late)).toEqual({
      kind: 'no_answer',
      detail: 'no answer within 200 ms',
    })
    expect(await chargeOf(late.key)).toMatchObject({ status: 'succeeded', captured: 1999 })
    expect(await provider().authorize(late)).toMatchObject({ charge: { status: 'succeeded' } })
  })

  it('takes the money once when an answer is cut off', async () => {
    const retried = request('tok_ok')
    await service.set({ cutAnswers: 1 })
    expect(await provider().authorize(retried)).toMatchObject({ charge: { status: 'succeeded' } })
    expect(await chargeOf(retried.key)).toMatchObject({ captured: 1999, requests: 2 })
  })

  it('retrieve() shows whether a request without an answer was executed', async () => {
    const executed = request('tok_ok')
    // The answers to the request and to its retry
    await service.set({ cutAnswers: 2 })
    expect(await provider().authorize(executed)).toMatchObject({ kind: 'no_answer' })
    expect(await provider().retrieve({ key: executed.key, reference: null })).toMatchObject({
      charge: { status: 'succeeded' },
    })

    const refused = request('tok_ok')
    await service.set({ ...noFaults, refuseRequests: 2 })
    expect(await provider().authorize(refused)).toEqual({
      kind: 'no_answer',
      detail: 'the provider answered 503',
    })
    expect(await provider().retrieve({ key: refused.key, reference: null })).toEqual({ kind: 'no_charge' })
  })

  it('returns no answer when no server listens', async () => {
    const nowhere = new TestProvider(createHttpService('http://127.0.0.1:1'), {
      timeoutMs: 1000,
      webhookKey: Buffer.alloc(32),
      actionUrl: (key) => key,
    })
    expect(await nowhere.authorize(request('tok_ok'))).toMatchObject({ kind: 'no_answer' })
  })

  it('signs webhooks with the shared key, sends two copies, and retries a refused delivery', async () => {
    const received: { body: string; headers: Record<string, string> }[] = []
    const shop = createServer(async (incoming, response) => {
      let body = ''
      for await (const chunk of incoming) body += chunk
      received.push({ body, headers: incoming.headers as Record<string, string> })
      // The provider retries the first delivery
      response.writeHead(received.length === 1 ? 500 : 200).end()
    })
    await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve))
    const { port } = shop.address() as { port: number }
    try {
      await service.set({ webhookUrl: `http://127.0.0.1:${port}/hook`, webhookCopies: 2, webhooks: 'held' })
      const paid = request('tok_ok')
      await provider().authorize(paid)
      expect(received).toHaveLength(0)
      await service.release()
      expect(received).toHaveLength(3)
      for (const { body, headers } of received) {
        expect(provider().verifyWebhook(body, headers, new Date())).toMatchObject({
          kind: 'charge',
          key: paid.key,
          charge: { status: 'succeeded' },
        })
        expect(provider().verifyWebhook(`${body} `, headers, new Date())).toEqual({ kind: 'forged' })
      }
    } finally {
      await service.set({ ...noFaults, webhookUrl: '' })
      shop.close()
    }
  })
})
