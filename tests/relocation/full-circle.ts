import { expect } from 'vitest'
import { STEPS } from '#runtime/relocation/steps.ts'
import { MODULES, type MovingShop } from './moving-shop.ts'

/** All modules that move. */
export const ALL = [...MODULES, 'notifications']

/** From one process to one for each module, and back: the commands, one after the other. */
export const THERE = ALL.map((module) => ['split', module])
export const BACK = ALL.toReversed().map((module) => ['merge', module, '--into', 'shop'])

/** One command and what it printed. */
export interface Run {
  args: string[]
  output: string
}

/** Runs commands that must all end well. */
export async function runAll(shop: MovingShop, commands: string[][]): Promise<Run[]> {
  const runs: Run[] = []
  for (const args of commands) {
    const { code, output } = await shop.pando(...args)
    expect({ args, code, output }).toMatchObject({ code: 0 })
    runs.push({ args, output })
  }
  return runs
}

/** The first run in whole, of the others how they ended, as a terminal has them. */
export function formatRuns([first, ...others]: Run[]): string {
  return [
    `$ npx pando ${first!.args.join(' ')}`,
    first!.output.trimEnd(),
    '',
    ...others.flatMap(({ args, output }) => [`$ npx pando ${args.join(' ')}`, endOf(output)]),
  ].join('\n')
}

/** The line with the result of a move. */
function endOf(output: string): string {
  return output.split('\n').find((line) => /^Moved .* to the process /.test(line)) ?? output
}

const STEP = STEPS.join('|')

/** Without what differs from one run to the next: times, amounts, ports, folders, and how often a step was tried. */
export function withoutFigures(text: string): string {
  return text
    .replaceAll(new RegExp(`^(${STEP})(:| \\d+ %| [\\d.]+ MB) .*\n`, 'gm'), '')
    .replaceAll(new RegExp(`^(${STEP}) .*$`, 'gm'), '$1')
    .replaceAll(/[\d.]+ (ms|s|min)\b/g, 'TIME')
    .replaceAll(/\d[\d,]*( rows?)?/g, 'N')
    .replaceAll(/\S+(topology\.(yaml|schema\.json))/g, '$1')
}
