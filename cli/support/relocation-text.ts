import type {
  RelocationPreview,
  RelocationProgress,
  RelocationStatus,
} from '#runtime/relocation/relocation.ts'
import { isAtOrAfter, PROCEDURE, STEPS, STEPS_IN_PLACE } from '#runtime/relocation/steps.ts'
import { showSource } from '#runtime/topology/topology.ts'
import { formatDuration } from './progress-lines.ts'
import { formatTable } from './table.ts'

/** A dry run has done the preflight. */
const STEPS_AFTER_PREFLIGHT = STEPS.filter((step) => step !== 'preflight')
const STEP_WIDTH = Math.max(...STEPS.map((step) => step.length))

/** Describes a step that has ended in one line, such as `copy       3.2 s`. */
export function describeStep({ step, ms, note }: Pick<RelocationProgress, 'step' | 'ms' | 'note'>): string {
  return `${step.padEnd(STEP_WIDTH)}  ${formatDuration(ms).padStart(7)}${note ? `  ${note}` : ''}`
}

/**
 * Describes the progress of replication, such as `57,000 of 100,000 rows, 1.2 MB behind`: what the target has not received
 * of the source's log.
 */
export function describeAmounts({ rows, lagBytes }: Pick<RelocationProgress, 'rows' | 'lagBytes'>): string {
  return [
    ...(rows ? [`${count(rows.copied)} of ${count(rows.total)} ${rows.total === 1 ? 'row' : 'rows'}`] : []),
    ...(lagBytes === undefined ? [] : [`${(lagBytes / 1e6).toFixed(1)} MB behind`]),
  ].join(', ')
}

/** Describes the result of a move, or its current step while it runs. `ms`: how long it took; default: since it began. */
export function describeRelocation(
  status: RelocationStatus,
  ms = Date.parse(status.updatedAt) - Date.parse(status.createdAt),
): string {
  const { modules, fromProcess, toProcess, state, pauseMs, rows } = status
  const names = modules.join(', ')
  const time = formatDuration(ms)
  if (state === 'done') {
    const facts = [
      ...(rows === null ? [] : [`${count(rows)} ${rows === 1 ? 'row' : 'rows'}`]),
      ...(pauseMs === null ? [] : [`writes paused for ${formatDuration(pauseMs)}`]),
    ]
    return `Moved ${names} to the process "${toProcess}" in ${time}${facts.length > 0 ? `: ${facts.join(', ')}` : ''}`
  }
  if (state === 'rolled back')
    return `Rolled back in ${time}: ${names} ${modules.length === 1 ? 'is' : 'are'} in the process "${fromProcess}", as before the move`
  const what = status.isRollback ? 'rollback of the move' : 'move'
  return `The ${what} of ${names} from "${fromProcess}" to "${toProcess}" is at the step "${status.step}": ${state}`
}

/** Describes why a move stopped, and the commands that resume it or undo it. */
export function describeChoice(status: RelocationStatus): string {
  const { step, error, fromProcess, toProcess, modules } = status
  const names = modules.join(', ')
  if (status.isRollback)
    return [
      `The rollback stopped at the step "${step}"${error ? `: ${error}` : ''}`,
      `The shop is open, but writes to ${names} may have to wait until the rollback has ended. Run`,
      `  npx pando migration resume    continues the rollback to "${fromProcess}", once the cause is fixed`,
    ].join('\n')
  const isSealed = isAtOrAfter(step, 'seal')
  // From the seal on the source refuses writes; when the step "verify" begins, the target serves them
  const mayPauseWrites = isSealed && !isAtOrAfter(step, 'verify')
  const situation = mayPauseWrites
    ? `The shop is open, but writes to ${names} may have to wait until the move is resumed or rolled back`
    : `The shop is open; ${names} ${modules.length === 1 ? 'runs' : 'run'} in "${isSealed ? toProcess : fromProcess}"`
  const rollback = isSealed
    ? `moves everything back to "${fromProcess}", with all later changes, and cleans up`
    : `keeps everything in "${fromProcess}", and removes what was made for "${toProcess}"`
  const canRollBack = PROCEDURE[step].rollback !== undefined
  return [
    `The move stopped at the step "${step}"${error ? `: ${error}` : ''}`,
    `${situation}. Run${canRollBack ? ' one of' : ''}`,
    '  npx pando migration resume    continues from this step, once the cause is fixed',
    canRollBack
      ? `  npx pando migration rollback  ${rollback}`
      : `The old tables are being removed, so the move cannot be rolled back. To undo it, resume it, then run\n  npx pando merge ${modules.join(' ')} --into ${fromProcess}`,
  ].join('\n')
}

/** Describes the result of a dry run. */
export function formatPreview(status: RelocationStatus, preview: RelocationPreview): string {
  const { modules, fromProcess, toProcess } = status
  const { isNewProcess, fromDatabase, toDatabase, tables, problems } = preview
  const isSame = fromDatabase === toDatabase
  const total = tables.reduce((sum, { rows }) => sum + rows, 0)
  const isEstimate = tables.some((table) => table.isEstimate)
  return [
    `Move ${modules.join(', ')} from the process "${fromProcess}" to ${isNewProcess ? 'a new process' : 'the process'} "${toProcess}"`,
    isSame
      ? `The data stay in ${fromDatabase}: only the process changes`
      : `The data move from ${fromDatabase} to ${toDatabase}: ${isEstimate ? 'about ' : ''}${count(total)} ${total === 1 ? 'row' : 'rows'} in ${count(tables.length)} ${tables.length === 1 ? 'table' : 'tables'}`,
    '',
    ...(isSame ? [] : [...formatTable([['table', 'rows'], ...tables.map(toRow)], ['rows']), '']),
    `Steps: ${(isSame ? STEPS_IN_PLACE : STEPS_AFTER_PREFLIGHT).join(', ')}`,
    '',
    ...formatTopology(status),
    ...(problems.length > 0
      ? [
          '',
          problems.length === 1
            ? '1 problem prevents the move:'
            : `${problems.length} problems prevent the move:`,
          ...problems.map((problem) => `  - ${problem}`),
        ]
      : ['', 'No problems found. Nothing was changed.']),
  ].join('\n')
}

/** The resulting topology file, as lines. */
export function formatTopology({ topology }: RelocationStatus): string[] {
  return [
    'The resulting topology:',
    '',
    ...topology.text
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line}`.trimEnd()),
  ]
}

/** All moves of a shop as a table, the newest first, followed by the steps of the newest. */
export function formatRelocations(statuses: readonly RelocationStatus[]): string {
  const [newest] = statuses
  if (!newest) return 'No module of this shop has moved'
  const rows = statuses.map((status) => [
    status.createdAt.replace(/\.\d+Z$/, 'Z'),
    status.modules.join(', '),
    status.fromProcess,
    status.toProcess,
    describeState(status),
    status.rows === null ? '-' : count(status.rows),
    status.pauseMs === null ? '-' : formatDuration(status.pauseMs),
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

function describeState({ state, step, isRollback }: RelocationStatus): string {
  if (state === 'done' || state === 'rolled back') return state
  return `${state === 'failed' && isRollback ? 'rollback failed' : state}: ${step}`
}

/** Says where the shop has saved its new topology. */
export function describeSavedTopology(file: string): string {
  return `Saved in ${showSource(file)}. The shop starts with this topology from now on`
}

function toRow({ name, rows, isEstimate }: RelocationPreview['tables'][number]): string[] {
  return [name, `${isEstimate ? 'about ' : ''}${count(rows)}`]
}

function count(number: number): string {
  return number.toLocaleString('en')
}
