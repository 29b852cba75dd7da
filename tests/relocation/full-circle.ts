import { expect } from 'vitest'
import { STEPS } from '#runtime/relocation/steps.ts'
import { MODULES, type MovingShop } from './moving-shop.ts'

/** The modules that move in the guide, docs/split-and-merge.md. */
export const MOVED_MODULES: readonly string[] = [...MODULES, 'notifications']

/** The commands that split a process off for each of these modules, and those that merge them back. */
export const SPLITS = MOVED_MODULES.map((module) => ['split', module])
export const MERGES = MOVED_MODULES.toReversed().map((module) => ['merge', module, '--into', 'shop'])

/** A command and its output. */
export interface Run {
  args: string[]
  output: string
}

/** Runs commands one after the other, and expects exit code 0 from each. */
export async function runAll(shop: MovingShop, commands: string[][]): Promise<Run[]> {
  const runs: Run[] = []
  for (const args of commands) {
    const { code, output } = await shop.pando(...args)
    expect({ args, code, output }).toMatchObject({ code: 0 })
    runs.push({ args, output })
  }
  return runs
}

/** The terminal output of the commands: the first in full, the others with their results only. */
export function formatRuns([first, ...others]: Run[]): string {
  return [
    `$ npx pando ${first!.args.join(' ')}`,
    first!.output.trimEnd(),
    '',
    ...others.flatMap(({ args, output }) => [`$ npx pando ${args.join(' ')}`, resultLine(output)]),
  ].join('\n')
}

function resultLine(output: string): string {
  return output.split('\n').find((line) => /^Moved .* to the process /.test(line)) ?? output
}

const STEP = STEPS.join('|')

/** The text without the parts that differ between runs: times, amounts, ports, folders, and retries of steps. */
export function withoutFigures(text: string): string {
  return text
    .replaceAll(new RegExp(`^(${STEP})(:| \\d+ %| [\\d.]+ MB) .*\n`, 'gm'), '')
    .replaceAll(new RegExp(`^(${STEP}) .*$`, 'gm'), '$1')
    .replaceAll(/[\d.]+ (ms|s|min)\b/g, 'TIME')
    .replaceAll(/\d[\d,]*( rows?)?/g, 'N')
    .replaceAll(/\S+(topology\.(yaml|schema\.json))/g, '$1')
}
