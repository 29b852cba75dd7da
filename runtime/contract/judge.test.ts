import { expect, test } from 'vitest'
import { judgeContract } from './judge.ts'
import { buy, type Change, input, shop } from './testing.ts'

const changes = {
  'no change': () => {},
  'another timeout': (now) => {
    buy(now).timeoutMs = 100
  },
  'an addition': (now) => {
    input(now).properties!.size = { type: 'string' }
  },
  'a breaking change': (now) => {
    delete input(now).properties!.item
  },
} satisfies Record<string, Change>

function judge(released: string, version: string, change: keyof typeof changes): string | undefined {
  const now = structuredClone({ ...shop, version })
  changes[change](now)
  return judgeContract({ ...shop, version: released }, now).problem
}

test.each<[string, string, keyof typeof changes]>([
  ['1.2.3', '1.2.3', 'no change'],
  ['1.2.3', '1.2.4', 'no change'],
  ['1.2.3', '2.0.0', 'no change'],
  ['1.2.3', '1.2.4', 'another timeout'],
  ['1.2.3', '1.3.0', 'another timeout'],
  ['1.2.3', '1.3.0', 'an addition'],
  ['1.9.0', '1.10.0', 'an addition'],
  ['1.2.3', '2.0.0', 'an addition'],
  ['1.2.3', '2.0.0', 'a breaking change'],
  ['9.0.0', '10.0.0', 'a breaking change'],
])('the step from %s to %s covers %s', (released, version, change) => {
  expect(judge(released, version, change)).toBeUndefined()
})

test.each<[string, string, keyof typeof changes, string]>([
  [
    '1.2.3',
    '1.2.3',
    'another timeout',
    'Something changed, and the version is still 1.2.3. Set the version to 1.2.4',
  ],
  [
    '1.2.3',
    '1.2.3',
    'an addition',
    'Something changed, and the version is still 1.2.3. Set the version to 1.3.0',
  ],
  [
    '1.2.3',
    '1.2.4',
    'an addition',
    'Something changed, and the version takes only a patch step, to 1.2.4. Set the version to 1.3.0',
  ],
  [
    '1.2.3',
    '1.2.3',
    'a breaking change',
    'Something breaks, and the version is still 1.2.3. Undo it as described above, or set the version to 2.0.0',
  ],
  [
    '1.2.3',
    '1.3.0',
    'a breaking change',
    'Something breaks, and the version takes only a minor step, to 1.3.0. Undo it as described above, or set the version to 2.0.0',
  ],
  [
    '1.2.3',
    '1.2.2',
    'no change',
    'The version is 1.2.2, which is before the released version 1.2.3. Set it to 1.2.3 or later',
  ],
  [
    '2.0.0',
    '1.9.9',
    'a breaking change',
    'The version is 1.9.9, which is before the released version 2.0.0. Set it to 2.0.0 or later',
  ],
])('the step from %s to %s is a problem (%s)', (released, version, change, problem) => {
  expect(judge(released, version, change)).toBe(problem)
})

test('an invalid version is refused, even before the first release', () => {
  const problem = 'The version is "1.1", which is not valid'
  expect(judge('1.0.0', '1.1', 'no change')).toContain(problem)
  expect(judgeContract(undefined, { ...shop, version: '1.1' }).problem).toContain(problem)
})

test('a removed module is a problem, a new one is not', () => {
  expect(judgeContract(shop, undefined).problem).toContain('delete docs/contracts/shop.json')
  expect(judgeContract(undefined, shop)).toMatchObject({ released: undefined, problem: undefined })
})
