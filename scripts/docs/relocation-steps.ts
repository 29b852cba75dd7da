import { PROCEDURE, STEPS } from '#runtime/relocation/steps.ts'
import { table } from './markdown.ts'

const BEGIN = '<!-- steps: written by "npm run docs" from runtime/relocation/steps.ts -->\n'
const END = '<!-- /steps -->'

/** The text of docs/split-and-merge.md with the current table of steps. Throws when the markers are missing. */
export function withRelocationSteps(page: string): string {
  const begin = page.indexOf(BEGIN)
  const end = page.indexOf(END)
  if (begin === -1 || end < begin)
    throw new Error(
      `Cannot write the steps into docs/split-and-merge.md: it needs the lines ${BEGIN.trim()} and ${END}`,
    )
  return `${page.slice(0, begin + BEGIN.length)}\n${stepsTable()}\n\n${page.slice(end)}`
}

function stepsTable(): string {
  const rows = STEPS.map((step) => {
    const { summary, modules, rollback } = PROCEDURE[step]
    return [step, summary, LOCATIONS[modules], rollback ?? 'is refused: resume, then `pando merge` back']
  })
  return table(['step', 'what it does', 'the modules are then', '`pando migration rollback`'], rows)
}

const LOCATIONS = {
  'at the source': 'at the source',
  'at either': 'at the source, from the seal on at the target',
  'at the target': 'at the target',
}
