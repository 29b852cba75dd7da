import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { RelocationProgress, RelocationStatus } from '#runtime/relocation/relocation.ts'
import { ProgressBar } from './progress-bar.ts'
import { RelocationScreen } from './relocation-screen.ts'
import { describeChoice, formatRelocations } from './relocation-text.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** All output after progress reports that come `everyMs` apart. */
function outputAfter(isTTY: boolean, all: readonly Partial<RelocationProgress>[], everyMs = 1000): string {
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

it('on a terminal, a bar shows the running step, and a line replaces it when the step has ended', () => {
  expect(outputAfter(true, [{ phase: 'begun' }, half, { phase: 'ended', ms: 3210 }])).toBe(
    `\rcopy ${'█'.repeat(15)}${'░'.repeat(15)}  50 %  500 of 1,000 rows, 2.3 MB behind\x1b[K\r\x1b[Kcopy         3.2 s\n`,
  )
})

it('a lag without rows is shown without a bar', () => {
  expect(outputAfter(true, [{ step: 'catch up', lagBytes: 1e6 }])).toBe(
    '\rcatch up  1.0 MB behind\x1b[K\r\x1b[K',
  )
})

it('without a terminal, a line is printed every five seconds', () => {
  const lines = outputAfter(
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

it('the commands that are offered depend on the step at which the move stopped', () => {
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
  const stopped = { ...status, step: 'release', isRollback: true } as const
  expect(describeChoice(stopped)).toContain('resume    continues the rollback to "shop"')
  expect(describeChoice(stopped)).not.toContain('run in')
  expect(formatRelocations([stopped])).toContain('rollback failed: release')
  expect(formatRelocations([{ ...stopped, state: 'rolling back' }])).toContain('rolling back: release')
  expect(choiceAt('fence')).toContain('cart, orders run in "shop"')
  expect(choiceAt('fence')).toContain('keeps everything in "shop"')
  expect(choiceAt('seal')).toContain('may have to wait until the move is resumed or rolled back')
  expect(choiceAt('verify')).toContain('cart, orders run in "sales"')
  expect(choiceAt('verify')).toContain('rollback  moves everything back to "shop"')
  expect(choiceAt('retire')).not.toContain('migration rollback')
  expect(choiceAt('retire')).not.toContain('Run one of')
  expect(choiceAt('retire')).toContain('npx pando merge cart orders --into shop')
})
