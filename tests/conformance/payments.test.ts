import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeResult } from '#lab/conformance/report.ts'
import { runConformance } from '#lab/conformance/run.ts'
import { payments } from '#modules/payments/contract.ts'
import { type Fault, openFaulty } from './faulty-proxy.ts'
import { hasPython, type Implementation, openModule, PythonService, SECRET } from './implementations.ts'

const FEWEST_CHECKS = 150

/** What failed, in words. */
async function failuresOf(origin: string, only?: string): Promise<string[]> {
  const results = await runConformance({ contract: payments, origin, secret: SECRET, only })
  expect(results.length).toBeGreaterThan(only === undefined ? FEWEST_CHECKS : 0)
  return results.filter((result) => !result.ok).map(describeResult)
}

describe('the module in TypeScript', () => {
  let good: Implementation
  beforeAll(async () => {
    good = await openModule()
  })
  afterAll(() => good.stop())

  it('conforms to the contract of payments', { timeout: 120_000 }, async () => {
    expect(await failuresOf(good.origin)).toEqual([])
  })

  it('is not tried where it cannot be, and that is said at once', async () => {
    const run = (origin: string, secret = SECRET) => runConformance({ contract: payments, origin, secret })
    await expect(run(good.origin, 'x'.repeat(40))).rejects.toThrow('it refuses our token')
    await expect(run('http://127.0.0.1:9')).rejects.toThrow('nothing answers there (ECONNREFUSED)')
  })

  it.each(Object.entries(faults()))(
    'with a planted fault does not conform: %s',
    async (_, { only, fault }) => {
      const bad = await openFaulty(good, fault)
      try {
        const failures = await failuresOf(bad.origin, only)
        expect(failures.join('\n')).toContain(`not ok  ${only}`)
        expect(failures.join('\n')).toContain('curl -i')
      } finally {
        await bad.stop()
      }
      expect(await failuresOf(good.origin, only)).toEqual([])
    },
  )
})

describe.skipIf(!hasPython)('the service in Python (needs python3 with sqlite3)', () => {
  let service: PythonService
  beforeAll(async () => {
    service = await PythonService.start()
  })
  afterAll(() => service.stop())

  it('conforms to the contract of payments', { timeout: 120_000 }, async () => {
    expect(await failuresOf(service.origin)).toEqual([])
  })
})

/** Ways to be wrong, each with the check that must see it. */
function faults(): Record<string, { only: string; fault: Fault }> {
  const anyToken: Fault = {
    going: ({ claims, path }) => (path.startsWith('/rpc/') ? { claims: keyOf(claims) } : undefined),
  }
  return {
    'it never looks at signatures': {
      only: 'getIntent refuses a token signed with another key',
      fault: anyToken,
    },
    'it takes expired tokens': { only: 'captureIntent refuses a token that has expired', fault: anyToken },
    'it takes tokens of other methods': {
      only: 'createIntent refuses a token for another method',
      fault: anyToken,
    },
    'it takes tokens for other bodies': {
      only: 'recordOutcome refuses a token for another body',
      fault: anyToken,
    },
    'it takes calls without a token': {
      only: 'cancelIntent refuses a call without a token',
      fault: anyToken,
    },
    'it takes a token twice': { only: 'createIntent accepts a token once', fault: anyToken },
    'it lets the public call everything': {
      only: 'cancelIntent is refused to the public',
      fault: { going: ({ claims }) => (claims?.iss === 'edge' ? { claims: {} } : undefined) },
    },
    'it forgets keys': {
      only: 'createIntent refuses a key that came with another input',
      fault: {
        going: ({ claims }) =>
          claims?.key === undefined ? undefined : { claims: { caller: claims.caller } },
      },
    },
    'it does not look at the deadline': {
      only: 'getIntent does not begin when nobody waits',
      fault: {
        going: ({ headers }) => {
          delete headers['pando-timeout-ms']
          return undefined
        },
      },
    },
    'it refuses members of later versions': {
      only: 'createIntent ignores members that it does not know',
      fault: {
        going: ({ body }) =>
          body.includes('memberOfALaterVersion') ? problem(400, 'INVALID_INPUT') : undefined,
      },
    },
    'it does not say which fields are wrong': {
      only: 'createIntent refuses wrong inputs, with the fields',
      fault: { coming: (answer) => edit(answer, ({ fields, ...rest }) => rest) },
    },
    'it answers with a status that the contract does not know': {
      only: 'getIntent answers as its contract says',
      fault: { coming: (answer) => edit(answer, (body) => ({ ...body, status: 'paid' })) },
    },
    'its failures are plain JSON': {
      only: 'methods fail with INTENT_NOT_FOUND',
      fault: {
        coming: (answer) => ({
          ...answer,
          headers: { ...answer.headers, 'content-type': 'application/json' },
        }),
      },
    },
    'it answers failures with 500': {
      only: 'createIntent refuses a provider that is not set up',
      fault: { coming: (answer) => (answer.status === 422 ? { ...answer, status: 500 } : answer) },
    },
    'it approves what is over': {
      only: 'recordOutcome refuses with INTENT_CLOSED',
      fault: { coming: (answer) => (answer.status === 409 ? success({}) : answer) },
    },
    'it does not know where to send shoppers back to': {
      only: 'the provider returns the shopper',
      fault: {
        coming: ({ body, ...rest }) => ({ ...rest, body: body.replace(/\?return=[^"]*/, '') }),
      },
    },
    'it loses webhooks': {
      only: 'receiveWebhook accepts reports in any order',
      fault: { going: ({ path }) => (path.endsWith('/receiveWebhook') ? success({}) : undefined) },
    },
    'it takes forged webhooks': {
      only: 'receiveWebhook refuses messages that are not signed',
      fault: { coming: (answer) => (answer.status === 400 ? success({}) : answer) },
    },
    'it keeps the money of cancelled payments': {
      only: 'cancelIntent voids payments that are not captured and refunds captured ones',
      fault: {
        coming: (answer) => ({
          ...answer,
          body: answer.body.replace(/"refunded":\{"amount":\d+/, '"refunded":{"amount":0'),
        }),
      },
    },
    'it tells nobody what it is': {
      only: '/status tells of the process',
      fault: {
        coming: (answer, { path }) => (path === '/status' ? edit(answer, () => ({ up: true })) : answer),
      },
    },
    'it has no metrics': {
      only: '/metrics has counters',
      fault: {
        coming: (answer, { path }) => (path === '/metrics' ? { ...answer, body: 'all is well\n' } : answer),
      },
    },
  }
}

function keyOf(claims: { key?: string | undefined } | undefined) {
  return claims?.key === undefined ? {} : { key: claims.key }
}

function edit(
  answer: { status: number; headers: Record<string, string>; body: string },
  change: (body: Record<string, unknown>) => object,
) {
  return { ...answer, body: JSON.stringify(change(JSON.parse(answer.body || '{}'))) }
}

function success(body: object) {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

function problem(status: number, code: string) {
  return {
    status,
    headers: { 'content-type': 'application/problem+json' },
    body: JSON.stringify({ status, code, detail: 'Cannot take it' }),
  }
}
