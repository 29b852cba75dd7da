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
  describeCopy,
  describeEnd,
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
 * Asks the running shop to move modules, or to go on with it or back, and shows how far it is. With `json` everything is
 * one object a line: `{ progress }` any number of times, then `{ result }` or `{ error }`. Exit code 1 when it failed.
 */
export async function requestRelocation(
  operation: Operation,
  input: object,
  options: RelocationOptions,
): Promise<void> {
  const { out, json, data } = options
  if (out) await checkFolder(out)
  const began = performance.now()
  const screen = new RelocationScreen()
  const say = (line: object) => console.log(JSON.stringify(line))
  let hasBegun = false
  const onProgress = (progress: RelocationProgress) => {
    hasBegun ||= progress.step !== 'preflight'
    if (json) say({ progress })
    else screen.show(progress)
  }
  try {
    const status = await detachOnInterrupt(
      '"npx pando migration status --watch" shows how far it is, "npx pando migration rollback" takes it back',
      () => callRunningShop<RelocationStatus>(operation, input, { data, onProgress }),
      () => screen.clear(),
    )
    screen.clear()
    if (out && status.state === 'done' && !status.preview) await writeTopology(out, status)
    if (json) say({ result: status })
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
    if (!json && !hasBegun) throw error
    const { message } = error as Error
    const status = hasBegun ? await newestRelocation(data) : undefined
    if (json) say({ error: message, ...(status ? { result: status } : {}) })
    else console.error(`pando: ${describeStop(message, status)}`)
  }
}

/** `file`: where the shop keeps its topology; `ms`: how long it took, where that is not all since it was begun. */
function describeResult(
  status: RelocationStatus,
  { out, file, ms }: { out: string | undefined; file: string; ms: number | undefined },
): string {
  if (status.preview) return formatPreview(status, status.preview)
  if (status.state === 'failed') return `\n${describeChoice(status)}`
  if (status.state !== 'done') return `\n${describeEnd(status, ms)}`
  return [
    '',
    describeEnd(status, ms),
    '',
    ...formatTopology(status),
    '',
    describeCopy(file),
    ...(out ? [`Written to ${out} too`] : []),
  ].join('\n')
}

/** The shop's own words, and what can be done. `status`: undefined when the shop does not answer any more. */
function describeStop(message: string, status: RelocationStatus | undefined): string {
  if (!status)
    return `${message}. What was begun is kept: start the shop again, and see "npx pando migration status"`
  if (status.state !== 'failed') return `${message}\n${describeEnd(status)}`
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

/** Before anything moves, as at the end it would be too late to say. */
async function checkFolder(file: string): Promise<void> {
  const folder = dirname(resolve(file))
  await access(folder, constants.W_OK).catch(() => {
    throw new UserError(`Cannot write ${file}: there is no folder ${folder} that this user may write to`)
  })
}
