import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { RelocationProgress, RelocationStatus } from '#runtime/relocation/relocation.ts'
import { ProgressBar } from './progress-bar.ts'
import { RelocationScreen } from './relocation-screen.ts'
import { describeChoice } from './relocation-text.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** What stands on the screen after some progress, told a second apart. */
function shown(isTTY: boolean, all: readonly Partial<RelocationProgress>[], everyMs = 1000): string {
  let text = ''
  const write = (more: string) => {
    text += more
    return true
  }
  const screen = new RelocationScreen(new ProgressBar({ isTTY, write }), (line) => write(`${line}\n`))
  for (const each of all) {
    vi.advanceTimersByTime(everyMs)
    screen.show({ id: 'rlc_1', step: 'copy', phase: 'running', ms: 0, ...each })
  }
  screen.clear()
  return text
}

const half = { rows: { copied: 500, total: 1000 }, lagBytes: 2_340_000 }

it('a terminal has a bar, and a line in its place when the step has ended', () => {
  expect(shown(true, [{ phase: 'begun' }, half, { phase: 'ended', ms: 3210 }])).toBe(
    `\rcopy ${'█'.repeat(15)}${'░'.repeat(15)}  50 %  500 of 1,000 rows, 2.3 MB behind\x1b[K\r\x1b[Kcopy         3.2 s\n`,
  )
})

it('a lag alone has no bar', () => {
  expect(shown(true, [{ step: 'catch up', lagBytes: 1e6 }])).toBe('\rcatch up  1.0 MB behind\x1b[K\r\x1b[K')
})

it('without a terminal there is a line every five seconds', () => {
  const lines = shown(
    false,
    Array.from({ length: 11 }, () => half),
  )
    .trim()
    .split('\n')
  expect(lines).toEqual([
    'copy 50 %  500 of 1,000 rows, 2.3 MB behind',
    'copy 50 %  500 of 1,000 rows, 2.3 MB behind',
  ])
})

it('the choice depends on how far it came', () => {
  const status: Omit<RelocationStatus, 'step'> = {
    id: 'rlc_1',
    modules: ['cart', 'orders'],
    fromProcess: 'shop',
    toProcess: 'sales',
    state: 'failed',
    steps: [],
    pauseMs: null,
    rows: null,
    error: null,
    createdAt: '2030-01-01T12:00:00Z',
    updatedAt: '2030-01-01T12:00:00Z',
    topology: { source: 'shop.yaml', text: '' },
  }
  const choiceAt = (step: RelocationStatus['step']) => describeChoice({ ...status, step })
  expect(choiceAt('fence')).toContain('cart, orders work in "shop"')
  expect(choiceAt('fence')).toContain('leaves all in "shop"')
  expect(choiceAt('seal')).toContain('may have to wait until this is decided')
  expect(choiceAt('verify')).toContain('cart, orders work in "sales"')
  expect(choiceAt('verify')).toContain('rollback  moves all back to "shop"')
  expect(choiceAt('retire')).not.toContain('migration rollback')
  expect(choiceAt('retire')).toContain('npx pando merge cart orders --into shop')
})
