import { constants } from 'node:fs'
import { access, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { RelocationProgress, RelocationStatus } from '#runtime/relocation/relocation.ts'
import { withSchemaPath } from '#runtime/topology/schema-path.ts'
import { folderOf } from './data-folder.ts'
import { detachOnInterrupt } from './detach-on-interrupt.ts'
import { RelocationScreen } from './relocation-screen.ts'
import {
  describeChoice,
  describeRelocation,
  describeSavedTopology,
  formatPreview,
  formatTopology,
} from './relocation-text.ts'
import { UserError } from './report-error.ts'
import { callRunningShop } from './running-shop.ts'
import { savedTopologyFile } from './shop-record.ts'

export interface RelocationOptions {
  /** The file that the topology is written to at the end. */
  out?: string
  json?: boolean
  data?: string
}

type Operation = 'relocate' | 'resumeRelocation' | 'rollbackRelocation'

/**
 * Has the running shop begin a move of modules, resume it or roll it back, and shows the progress. With `json` it prints
 * one object a line: `{ progress }` any number of times, then `{ result }` or `{ error }`. Sets exit code 1 when it fails.
 */
export async function requestRelocation(
  operation: Operation,
  input: object,
  options: RelocationOptions,
): Promise<void> {
  const { out, json, data } = options
  if (out) await requireWritableFolder(out)
  const began = performance.now()
  const screen = new RelocationScreen()
  const printJson = (line: object) => console.log(JSON.stringify(line))
  let hasBegun = false
  const onProgress = (progress: RelocationProgress) => {
    hasBegun ||= progress.step !== 'preflight'
    if (json) printJson({ progress })
    else screen.show(progress)
  }
  try {
    const status = await detachOnInterrupt(
      '"npx pando migration status --watch" shows the progress, "npx pando migration rollback" rolls it back',
      () => callRunningShop<RelocationStatus>(operation, input, { data, onProgress }),
      () => screen.clear(),
    )
    screen.clear()
    if (out && status.state === 'done' && !status.preview) await writeTopology(out, status)
    if (json) printJson({ result: status })
    else
      console.log(
        describeResult(status, {
          out,
          file: savedTopologyFile(folderOf(data)),
          ms: operation === 'relocate' ? undefined : performance.now() - began,
        }),
      )
    if (status.state === 'failed' || (status.preview?.problems.length ?? 0) > 0) process.exitCode = 1
  } catch (error) {
    screen.clear()
    process.exitCode = 1
    // A preflight changes nothing, so a move that failed there needs no advice on how to continue
    if (!json && !hasBegun) throw error
    const { message } = error as Error
    const status = hasBegun ? await newestRelocation(data) : undefined
    if (json) printJson({ error: message, ...(status ? { result: status } : {}) })
    else console.error(`pando: ${describeStop(message, status)}`)
  }
}

/** `file`: where the shop saves its topology. `ms`: duration of the command; by default the time since the move began. */
function describeResult(
  status: RelocationStatus,
  { out, file, ms }: { out: string | undefined; file: string; ms: number | undefined },
): string {
  if (status.preview) return formatPreview(status, status.preview)
  if (status.state === 'failed') return `\n${describeChoice(status)}`
  if (status.state !== 'done') return `\n${describeRelocation(status, ms)}`
  return [
    '',
    describeRelocation(status, ms),
    '',
    ...formatTopology(status),
    '',
    describeSavedTopology(file),
    ...(out ? [`Also written to ${out}`] : []),
  ].join('\n')
}

/** The shop's error message, and what can be done. `status`: undefined when the shop no longer answers. */
function describeStop(message: string, status: RelocationStatus | undefined): string {
  if (!status)
    return `${message}. The move is not lost: start the shop again, then run "npx pando migration status"`
  if (status.state !== 'failed') return `${message}\n${describeRelocation(status)}`
  const choice = describeChoice(status)
  return status.error && message.includes(status.error) ? choice : `${message}\n${choice}`
}

async function newestRelocation(data: string | undefined): Promise<RelocationStatus | undefined> {
  const [newest] = await callRunningShop<RelocationStatus[]>('relocations', {}, { data }).catch(() => [])
  return newest
}

async function writeTopology(file: string, { topology: { source, text } }: RelocationStatus): Promise<void> {
  await writeFile(file, withSchemaPath(text, { from: source, to: resolve(file) }))
}

/** Throws a UserError when the file cannot be written. Called before the move, because afterwards it would be too late. */
async function requireWritableFolder(file: string): Promise<void> {
  const folder = dirname(resolve(file))
  await access(folder, constants.W_OK).catch(() => {
    throw new UserError(`Cannot write ${file}: there is no folder ${folder} that this user may write to`)
  })
}
