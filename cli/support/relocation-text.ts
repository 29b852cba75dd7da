import {
  type RelocationPreview,
  type RelocationProgress,
  type RelocationStatus,
  STEPS,
  type StepName,
} from '#runtime/relocation/relocation.ts'
import { showSource } from '#runtime/topology/topology.ts'
import { showTime } from './progress-lines.ts'
import { formatTable } from './table.ts'

/** Where the database stays, nothing is copied. */
const STEPS_IN_PLACE: readonly StepName[] = ['prepare', 'switch', 'release', 'retire']
const STEP_WIDTH = Math.max(...STEPS.map((step) => step.length))

/** A step that has ended as a line, such as `copy       3.2 s`. */
export function describeStep({ step, ms, note }: Pick<RelocationProgress, 'step' | 'ms' | 'note'>): string {
  return `${step.padEnd(STEP_WIDTH)}  ${showTime(ms).padStart(7)}${note ? `  ${note}` : ''}`
}

/** How far a running step is: `57,000 of 100,000 rows, 1.2 MB behind`. */
export function describeAmounts({ rows, lagBytes }: Pick<RelocationProgress, 'rows' | 'lagBytes'>): string {
  return [
    ...(rows ? [`${count(rows.copied)} of ${count(rows.total)} rows`] : []),
    ...(lagBytes === undefined ? [] : [`${(lagBytes / 1e6).toFixed(1)} MB behind`]),
  ].join(', ')
}

/** What became of it, for the end of a command that took `ms`; since it began unless told. */
export function describeEnd(
  status: RelocationStatus,
  ms = Date.parse(status.updatedAt) - Date.parse(status.createdAt),
): string {
  const { modules, fromProcess, toProcess, state, pauseMs, rows } = status
  const names = modules.join(', ')
  const are = modules.length === 1 ? 'is' : 'are'
  const time = showTime(ms)
  if (state === 'done') {
    const facts = [
      ...(rows === null ? [] : [`${count(rows)} ${rows === 1 ? 'row' : 'rows'} moved`]),
      ...(pauseMs === null ? [] : [`writes waited for ${showTime(pauseMs)}`]),
    ]
    return `${names} ${are} in the process "${toProcess}" now, after ${time}${facts.length > 0 ? `: ${facts.join(', ')}` : ''}`
  }
  if (state === 'rolled back')
    return `Rolled back: ${names} ${are} in the process "${fromProcess}" as before, after ${time}`
  return `The move of ${names} from "${fromProcess}" to "${toProcess}" is at the step "${status.step}": ${state}`
}

/** Why a move stopped, and what can be done about it. */
export function describeChoice({ step, error, fromProcess, toProcess, modules }: RelocationStatus): string {
  const isReached = (other: StepName) => STEPS.indexOf(step) >= STEPS.indexOf(other)
  const names = modules.join(', ')
  const where =
    isReached('seal') && !isReached('verify')
      ? `The shop is open, but what is written to ${names} may have to wait until this is decided`
      : `The shop is open; ${names} ${modules.length === 1 ? 'works' : 'work'} in "${isReached('seal') ? toProcess : fromProcess}"`
  const back = isReached('seal')
    ? `moves all back to "${fromProcess}" with what was written since, and cleans up`
    : `leaves all in "${fromProcess}", and removes what was made for "${toProcess}"`
  return [
    `It stopped at the step "${step}"${error ? `: ${error}` : ''}`,
    `${where}. There is`,
    '  npx pando migration resume    goes on from this step, when the cause is gone',
    isReached('retire')
      ? `No rollback any more, as the old tables are being removed; to have it as before, resume, and then\n  npx pando merge ${modules.join(' ')} --into ${fromProcess}`
      : `  npx pando migration rollback  ${back}`,
  ].join('\n')
}

/** What a dry run found. */
export function formatPreview(status: RelocationStatus, preview: RelocationPreview): string {
  const { modules, fromProcess, toProcess } = status
  const { isNewProcess, fromDatabase, toDatabase, tables, problems } = preview
  const isSame = fromDatabase === toDatabase
  const total = tables.reduce((sum, { rows }) => sum + rows, 0)
  const isEstimate = tables.some((table) => table.isEstimate)
  return [
    `${modules.join(', ')}: from the process "${fromProcess}" to ${isNewProcess ? 'a new process' : 'the process'} "${toProcess}"`,
    isSame
      ? `The data stay in ${fromDatabase}: only the process changes`
      : `The data go from ${fromDatabase} to ${toDatabase}: ${isEstimate ? 'about ' : ''}${count(total)} rows in ${count(tables.length)} tables`,
    '',
    ...(isSame ? [] : [...formatTable([['table', 'rows'], ...tables.map(toRow)], ['rows']), '']),
    `Steps: ${(isSame ? STEPS_IN_PLACE : STEPS.slice(1)).join(', ')}`,
    '',
    ...formatTopology(status),
    ...(problems.length > 0
      ? [
          '',
          `In the way ${problems.length === 1 ? 'is' : 'are'}`,
          ...problems.map((problem) => `  - ${problem}`),
        ]
      : ['', 'Nothing is in the way. Nothing was changed.']),
  ].join('\n')
}

/** The topology file that describes the shop. */
export function formatTopology({ topology }: RelocationStatus): string[] {
  return [
    'The topology:',
    '',
    ...topology.text
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line}`.trimEnd()),
  ]
}

/** All moves of a shop, the newest first and with its steps. */
export function formatRelocations(statuses: readonly RelocationStatus[]): string {
  const [newest] = statuses
  if (!newest) return 'No module of this shop has moved'
  const rows = statuses.map((status) => [
    status.createdAt.replace(/\.\d+Z$/, 'Z'),
    status.modules.join(', '),
    status.fromProcess,
    status.toProcess,
    status.state === 'running' || status.state === 'failed'
      ? `${status.state}: ${status.step}`
      : status.state,
    status.rows === null ? '-' : count(status.rows),
    status.pauseMs === null ? '-' : showTime(status.pauseMs),
    status.id,
  ])
  const head = ['began', 'modules', 'from', 'to', 'state', 'rows', 'pause', 'id']
  const steps = newest.steps.map((each) =>
    describeStep(each.tries > 1 ? { ...each, note: `${each.tries} tries` } : each),
  )
  return [
    ...formatTable([head, ...rows], ['rows', 'pause']),
    ...(steps.length > 0 ? ['', ...steps] : []),
    ...(newest.state === 'failed' ? ['', describeChoice(newest)] : []),
  ].join('\n')
}

/** Where the shop keeps the topology itself. */
export function describeCopy(file: string): string {
  return `The shop keeps it in ${showSource(file)}, and starts in it from now on`
}

function toRow({ name, rows, isEstimate }: RelocationPreview['tables'][number]): string[] {
  return [name, `${isEstimate ? 'about ' : ''}${count(rows)}`]
}

function count(number: number): string {
  return number.toLocaleString('en')
}
