import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contractToJson } from '#runtime/contract/contract-json.ts'
import { judgeContract } from '#runtime/contract/judge.ts'
import { type CallerAndCallee, kioskNew, kioskOld, openCallerAndCallee } from './caller-and-callee.ts'

let pair: CallerAndCallee

function useVersions(versions: Parameters<typeof openCallerAndCallee>[0]): void {
  beforeAll(async () => {
    pair = await openCallerAndCallee(versions)
  })
  afterAll(() => pair.stop())
}

describe('a caller with contract 1.1 and a callee with 1.0', () => {
  useVersions({ caller: kioskNew, callee: kioskOld })

  test('the new input member is ignored, and the new output member is missing', async () => {
    const { call } = pair
    expect(await call('sell', { item: 'tea', note: 'for Ann' })).toEqual({ receipt: { item: 'tea' } })
  })

  test('a failure of both versions is thrown unchanged', async () => {
    const { call } = pair
    await expect(call('sell', { item: 'nothing', note: 'x' })).rejects.toMatchObject({
      code: 'CLOSED',
      status: 409,
    })
  })

  test('a method that the callee lacks fails with NOT_FOUND, which names both versions', async () => {
    const { call } = pair
    await expect(call('count', {})).rejects.toMatchObject({
      code: 'NOT_FOUND',
      status: 404,
      message:
        'Cannot call kiosk.count: its process has version 1.0.0 of the contract, which has no such method; called by version 1.1.0',
    })
  })

  test('events of the old version are delivered', async () => {
    const { call, drain, received } = pair
    await drain()
    received.length = 0
    await call('sell', { item: 'tea' })
    expect(await drain()).toEqual({ waiting: 0, parked: 0 })
    expect(received).toEqual([{ item: 'tea' }])
  })
})

describe('a caller with contract 1.0 and a callee with 1.1', () => {
  useVersions({ caller: kioskOld, callee: kioskNew })

  test('output members that the caller does not know are removed, at any depth', async () => {
    const { call } = pair
    expect(await call('sell', { item: 'tea' })).toEqual({ receipt: { item: 'tea' } })
  })

  test('a failure of both versions is thrown unchanged', async () => {
    const { call } = pair
    await expect(call('sell', { item: 'nothing' })).rejects.toMatchObject({ code: 'CLOSED', status: 409 })
  })

  test('a failure that the caller does not know is thrown as INTERNAL and logged', async () => {
    const { call, logged } = pair
    await expect(call('sell', { item: 'riddle' })).rejects.toMatchObject({ code: 'INTERNAL' })
    expect(logged.join()).toContain('version 1.0.0 of its contract has no failure')
  })

  test('an input member that the caller does not know is refused before the request', async () => {
    const { call } = pair
    await expect(call('sell', { item: 'tea', note: 'x' })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ field: '/note', message: 'is unknown: remove it' }],
    })
  })

  test('a method that the caller does not know fails with NOT_FOUND', async () => {
    const { call } = pair
    await expect(call('count', {})).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('events of the new version are delivered without the member that the consumer does not know', async () => {
    const { call, drain, received } = pair
    await drain()
    received.length = 0
    await call('sell', { item: 'tea' })
    expect(await drain()).toEqual({ waiting: 0, parked: 0 })
    expect(received).toEqual([{ item: 'tea' }])
  })
})

describe('both with contract 1.1', () => {
  useVersions({ caller: kioskNew, callee: kioskNew })

  test('the new members, the new failure and the new method are available', async () => {
    const { call, drain, received } = pair
    const sale = { item: 'tea', note: 'for Ann' }
    expect(await call('sell', sale)).toEqual({ receipt: sale })
    expect(await call('count', {})).toEqual({ count: 1 })
    await expect(call('sell', { item: 'tea', note: 'illegible' })).rejects.toMatchObject({
      code: 'NOTE_REFUSED',
    })
    await drain()
    expect(received).toEqual([sale])
    // The check of contract changes must accept these changes, because the tests above show that they work
    const verdict = judgeContract(contractToJson(kioskOld), contractToJson(kioskNew))
    expect(verdict.problem).toBeUndefined()
    expect(verdict.changes.map(({ step }) => step)).toEqual(Array(5).fill('minor'))
  })
})
