import { expect, test } from 'vitest'
import { judgeContract } from './judge.ts'
import { buy, type Change, input, shop } from './testing.ts'

const nothing: Change = () => {}
const patch: Change = (now) => {
  buy(now).timeoutMs = 100
}
const addition: Change = (now) => {
  input(now).properties!.size = { type: 'string' }
}
const breaking: Change = (now) => {
  delete input(now).properties!.item
}

function judge(released: string, version: string, change: Change): string | undefined {
  const now = structuredClone({ ...shop, version })
  change(now)
  return judgeContract({ ...shop, version: released }, now).problem
}

test.each([
  ['1.2.3', '1.2.3', nothing],
  ['1.2.3', '1.2.4', nothing],
  ['1.2.3', '2.0.0', nothing],
  ['1.2.3', '1.2.4', patch],
  ['1.2.3', '1.3.0', patch],
  ['1.2.3', '1.3.0', addition],
  ['1.9.0', '1.10.0', addition],
  ['1.2.3', '2.0.0', addition],
  ['1.2.3', '2.0.0', breaking],
  ['9.0.0', '10.0.0', breaking],
])('the step from %s to %s covers the change', (released, version, change) => {
  expect(judge(released, version, change)).toBeUndefined()
})

test.each([
  ['1.2.3', '1.2.3', patch, 'Something changed, and the version is still 1.2.3. Set the version to 1.2.4'],
  ['1.2.3', '1.2.3', addition, 'Something changed, and the version is still 1.2.3. Set the version to 1.3.0'],
  [
    '1.2.3',
    '1.2.4',
    addition,
    'Something changed, and the version takes only a patch step, to 1.2.4. Set the version to 1.3.0',
  ],
  [
    '1.2.3',
    '1.2.3',
    breaking,
    'Something breaks, and the version is still 1.2.3. Undo it as described above, or set the version to 2.0.0',
  ],
  [
    '1.2.3',
    '1.3.0',
    breaking,
    'Something breaks, and the version takes only a minor step, to 1.3.0. Undo it as described above, or set the version to 2.0.0',
  ],
  [
    '1.2.3',
    '1.2.2',
    nothing,
    'The version is 1.2.2, which is before the released version 1.2.3. Set it to 1.2.3 or later',
  ],
  [
    '2.0.0',
    '1.9.9',
    breaking,
    'The version is 1.9.9, which is before the released version 2.0.0. Set it to 2.0.0 or later',
  ],
])('the step from %s to %s is a problem', (released, version, change, problem) => {
  expect(judge(released, version, change)).toBe(problem)
})

test('an invalid version is refused, even before the first release', () => {
  const problem = 'The version is "1.1", which is not valid'
  expect(judge('1.0.0', '1.1', nothing)).toContain(problem)
  expect(judgeContract(undefined, { ...shop, version: '1.1' }).problem).toContain(problem)
})

test('a removed module is a problem, a new one is not', () => {
  expect(judgeContract(shop, undefined).problem).toContain('delete docs/contracts/shop.json')
  expect(judgeContract(undefined, shop)).toMatchObject({ released: undefined, problem: undefined })
})
