import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { judgeContract } from '#runtime/contract/judge.ts'
import { toReleased } from '#runtime/contract/released.ts'
import { kioskNew, kioskOld, type Neighbours, openNeighbours } from './neighbours.ts'

let neighbours: Neighbours

function between(versions: Parameters<typeof openNeighbours>[0]): void {
  beforeAll(async () => {
    neighbours = await openNeighbours(versions)
  })
  afterAll(() => neighbours.stop())
}

describe('a caller with contract 1.1 and a callee with 1.0', () => {
  between({ caller: kioskNew, callee: kioskOld })

  test('the new input member is ignored, the new output member does not come', async () => {
    const { call } = neighbours
    expect(await call('sell', { item: 'tea', note: 'for Ann' })).toEqual({ receipt: { item: 'tea' } })
  })

  test('a failure of both is the same', async () => {
    const { call } = neighbours
    await expect(call('sell', { item: 'nothing', note: 'x' })).rejects.toMatchObject({
      code: 'CLOSED',
      status: 409,
    })
  })

  test('the method that the callee lacks is NOT_FOUND, and names both versions', async () => {
    const { call } = neighbours
    await expect(call('count', {})).rejects.toMatchObject({
      code: 'NOT_FOUND',
      status: 404,
      message:
        'Cannot call kiosk.count: its process has version 1.0.0 of the contract, which has no such method; called by version 1.1.0',
    })
  })

  test('events of the old form arrive', async () => {
    const { call, drain, heard } = neighbours
    await drain()
    heard.length = 0
    await call('sell', { item: 'tea' })
    expect(await drain()).toEqual({ waiting: 0, parked: 0 })
    expect(heard).toEqual([{ item: 'tea' }])
  })
})

describe('a caller with contract 1.0 and a callee with 1.1', () => {
  between({ caller: kioskOld, callee: kioskNew })

  test('the output member that the caller does not know is left out, at any depth', async () => {
    const { call } = neighbours
    expect(await call('sell', { item: 'tea' })).toEqual({ receipt: { item: 'tea' } })
  })

  test('a failure of both is the same', async () => {
    const { call } = neighbours
    await expect(call('sell', { item: 'nothing' })).rejects.toMatchObject({ code: 'CLOSED', status: 409 })
  })

  test('a failure that the caller does not know is INTERNAL, and the log names it', async () => {
    const { call, logged } = neighbours
    await expect(call('sell', { item: 'riddle' })).rejects.toMatchObject({ code: 'INTERNAL' })
    expect(logged.join()).toContain('version 1.0.0 of its contract has no failure')
  })

  test('what its own contract does not know is refused before it is sent', async () => {
    const { call } = neighbours
    await expect(call('sell', { item: 'tea', note: 'x' })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ field: '/note', message: 'is unknown: remove it' }],
    })
  })

  test('the method that the caller does not know is NOT_FOUND', async () => {
    const { call } = neighbours
    await expect(call('count', {})).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('events of the new form arrive without the member that the consumer does not know', async () => {
    const { call, drain, heard } = neighbours
    await drain()
    heard.length = 0
    await call('sell', { item: 'tea' })
    expect(await drain()).toEqual({ waiting: 0, parked: 0 })
    expect(heard).toEqual([{ item: 'tea' }])
  })
})

describe('both with contract 1.1', () => {
  between({ caller: kioskNew, callee: kioskNew })

  test('the new members, the new failure and the new method are there', async () => {
    const { call, drain, heard } = neighbours
    const sale = { item: 'tea', note: 'for Ann' }
    expect(await call('sell', sale)).toEqual({ receipt: sale })
    expect(await call('count', {})).toEqual({ count: 1 })
    await expect(call('sell', { item: 'tea', note: 'illegible' })).rejects.toMatchObject({
      code: 'NOTE_REFUSED',
    })
    await drain()
    expect(heard).toEqual([sale])
    // The check lets pass what these tests show to work.
    const verdict = judgeContract(toReleased(kioskOld), toReleased(kioskNew))
    expect(verdict.problem).toBeUndefined()
    expect(verdict.changes.map(({ step }) => step)).toEqual(Array(5).fill('minor'))
  })
})
