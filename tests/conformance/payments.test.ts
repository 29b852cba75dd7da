import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeResult } from '#lab/conformance/report.ts'
import { runConformance } from '#lab/conformance/run.ts'
import { payments } from '#modules/payments/contract.ts'
import { type Fault, openFaulty } from './faulty-proxy.ts'
import { hasPython, type Implementation, openModules, PythonService, SECRET } from './implementations.ts'

const MIN_CHECKS = 150

/** Descriptions of the failed checks. */
async function failuresOf(origin: string, only?: string): Promise<string[]> {
  const results = await runConformance({ contract: payments, origin, secret: SECRET, only })
  expect(results.length).toBeGreaterThan(only === undefined ? MIN_CHECKS : 0)
  return results.filter((result) => !result.ok).map(describeResult)
}

describe('the module in TypeScript', () => {
  let correct: Implementation
  beforeAll(async () => {
    correct = await openModules()
  })
  afterAll(() => correct.stop())

  it('conforms to the contract of payments', { timeout: 120_000 }, async () => {
    expect(await failuresOf(correct.origin)).toEqual([])
  })

  it('is not tested if it refuses the token or nothing answers, and the error says so', async () => {
    const run = (origin: string, secret = SECRET) => runConformance({ contract: payments, origin, secret })
    await expect(run(correct.origin, 'x'.repeat(40))).rejects.toThrow('it refuses the token')
    await expect(run('http://127.0.0.1:9')).rejects.toThrow('nothing answers there (ECONNREFUSED)')
  })

  it.each(Object.entries(faults()))('does not conform with a fault: %s', async (_, { only, fault }) => {
    const faulty = await openFaulty(correct, fault)
    try {
      const failures = await failuresOf(faulty.origin, only)
      expect(failures.join('\n')).toContain(`not ok  ${only}`)
      expect(failures.join('\n')).toContain('curl -i')
    } finally {
      await faulty.stop()
    }
    expect(await failuresOf(correct.origin, only)).toEqual([])
  })
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

/** Faults, each with the check that must find it. */
function faults(): Record<string, { only: string; fault: Fault }> {
  // Replaces each token with a valid one, so that every token is accepted
  const anyToken: Fault = {
    onRequest: ({ claims, path }) => (path.startsWith('/rpc/') ? { claims: keyOf(claims) } : undefined),
  }
  return {
    'it does not verify signatures': {
      only: 'getIntent refuses a token signed with another key',
      fault: anyToken,
    },
    'it accepts expired tokens': { only: 'captureIntent refuses a token that has expired', fault: anyToken },
    'it accepts tokens of other methods': {
      only: 'createIntent refuses a token for another method',
      fault: anyToken,
    },
    'it accepts tokens for other bodies': {
      only: 'recordOutcome refuses a token for another body',
      fault: anyToken,
    },
    'it accepts calls without a token': {
      only: 'cancelIntent refuses a call without a token',
      fault: anyToken,
    },
    'it accepts a token twice': { only: 'createIntent accepts a token once', fault: anyToken },
    'it lets the edge call internal methods': {
      only: 'cancelIntent is internal and refused to the edge',
      fault: { onRequest: ({ claims }) => (claims?.iss === 'edge' ? { claims: {} } : undefined) },
    },
    'it ignores idempotency keys': {
      only: 'createIntent refuses a key that was used with another input',
      fault: {
        onRequest: ({ claims }) =>
          claims?.key === undefined ? undefined : { claims: { caller: claims.caller } },
      },
    },
    'it ignores the deadline': {
      only: 'getIntent does not execute a call whose deadline has passed',
      fault: {
        onRequest: ({ headers }) => {
          delete headers['pando-timeout-ms']
          return undefined
        },
      },
    },
    'it refuses members of later versions': {
      only: 'createIntent ignores unknown members',
      fault: {
        onRequest: ({ body }) =>
          body.includes('memberOfALaterVersion') ? problem(400, 'INVALID_INPUT') : undefined,
      },
    },
    'it does not name the invalid fields': {
      only: 'createIntent refuses invalid inputs, and names the invalid fields',
      fault: { onAnswer: (answer) => edit(answer, ({ fields, ...rest }) => rest) },
    },
    'it answers with a payment status that the contract does not have': {
      only: 'getIntent answers according to its contract',
      fault: { onAnswer: (answer) => edit(answer, (body) => ({ ...body, status: 'paid' })) },
    },
    'its failures are not problem details': {
      only: 'methods fail with INTENT_NOT_FOUND',
      fault: {
        onAnswer: (answer) => ({
          ...answer,
          headers: { ...answer.headers, 'content-type': 'application/json' },
        }),
      },
    },
    'it answers failures with 500': {
      only: 'createIntent refuses a provider that is not set up',
      fault: { onAnswer: (answer) => (answer.status === 422 ? { ...answer, status: 500 } : answer) },
    },
    'it accepts outcomes for closed payments': {
      only: 'recordOutcome refuses with INTENT_CLOSED',
      fault: { onAnswer: (answer) => (answer.status === 409 ? success({}) : answer) },
    },
    'it loses the return URL of shoppers': {
      only: 'the provider returns the shopper',
      fault: {
        onAnswer: ({ body, ...rest }) => ({ ...rest, body: body.replace(/\?return=[^"]*/, '') }),
      },
    },
    'it loses webhooks': {
      only: 'receiveWebhook accepts reports in any order',
      fault: { onRequest: ({ path }) => (path.endsWith('/receiveWebhook') ? success({}) : undefined) },
    },
    'it accepts forged webhooks': {
      only: 'receiveWebhook refuses messages that are not signed',
      fault: { onAnswer: (answer) => (answer.status === 400 ? success({}) : answer) },
    },
    'it keeps the money of cancelled payments': {
      only: 'cancelIntent voids payments that are not captured and refunds captured ones',
      fault: {
        onAnswer: (answer) => ({
          ...answer,
          body: answer.body.replace(/"refunded":\{"amount":\d+/, '"refunded":{"amount":0'),
        }),
      },
    },
    'its status does not describe the process': {
      only: '/status describes the process',
      fault: {
        onAnswer: (answer, { path }) => (path === '/status' ? edit(answer, () => ({ up: true })) : answer),
      },
    },
    'it applies older placements': {
      only: '/placement ignores versions that are not above the known one',
      fault: appliesPlacements({ isApplied: (version) => version === 0 }),
    },
    'it applies a placement with the known version': {
      only: '/placement ignores versions that are not above the known one',
      fault: appliesPlacements({ isApplied: (version) => version > 0 }),
    },
    'its commands fail': {
      only: '/versions names payments when createIntent has changed something',
      fault: {
        onRequest: ({ path }) =>
          path === '/rpc/payments/createIntent' ? problem(503, 'UNAVAILABLE') : undefined,
      },
    },
    'it has no metrics': {
      only: '/metrics has counters',
      fault: {
        onAnswer: (answer, { path }) => (path === '/metrics' ? { ...answer, body: 'all is well\n' } : answer),
      },
    },
  }
}

/** Applies placements that must be ignored: reports their versions, and does not serve the module any more. */
function appliesPlacements({ isApplied }: { isApplied: (version: number) => boolean }): Fault {
  let applied: number | undefined
  return {
    onRequest: ({ path, body }) => {
      if (path.startsWith('/rpc/') && applied !== undefined) return problem(421, 'MISDIRECTED')
      if (path !== '/placement') return undefined
      const { version } = JSON.parse(body) as { version: number }
      if (isApplied(version)) applied = version
      return { status: 204, headers: {}, body: '' }
    },
    onAnswer: (answer, { path }) =>
      path === '/status' && applied !== undefined
        ? edit(answer, (status) => ({ ...status, placement: applied }))
        : answer,
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
    body: JSON.stringify({ status, code, detail: 'Cannot accept it' }),
  }
}
