import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The file with the control record, in the data folder of a running shop. */
export const CONTROL_FILE = 'control.json'

/** The address of a shop's control interface, and the process that serves it. */
export interface ControlAddress {
  url: string
  pid: number
}

/** The record that a running shop writes into its data folder. */
export interface ControlRecord extends ControlAddress {
  /** The path of the data folder. */
  dataDirectory: string
  /** The id of that folder in the file system, which a copy of the folder does not have. In the file: `folder`. */
  folderId: string
}

/**
 * Records that this process serves the control interface of the shop of a data folder. Returns a function that removes
 * the record.
 */
export async function writeControlRecord(dataDirectory: string, url: string): Promise<() => Promise<void>> {
  const file = join(dataDirectory, CONTROL_FILE)
  const folder = await idOf(dataDirectory)
  const record = { pid: process.pid, url, dataDirectory, folder }
  // The rename is atomic: a process that is killed here leaves no partial record
  await writeFile(`${file}.next`, JSON.stringify(record), { mode: 0o600 })
  await rename(`${file}.next`, file)
  return () => rm(file, { force: true })
}

/**
 * Reads the control record in a data folder; undefined when there is none, or when the file is damaged. `isOwn`:
 * whether the record was written into this folder; in a copy of a data folder it belongs to the shop of the original.
 * Throws when this user may not read the file.
 */
export async function readControlRecord(
  dataDirectory: string,
): Promise<(ControlRecord & { isOwn: boolean }) | undefined> {
  const text = await readFile(join(dataDirectory, CONTROL_FILE), 'utf8').catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
      throw error
    },
  )
  const record = text === undefined ? undefined : parse(text)
  return record && { ...record, isOwn: record.folderId === (await idOf(dataDirectory)) }
}

/** Says to which shop the record in a copied data folder belongs, and how to use commands with that shop. */
export function describeCopied(copy: string, { dataDirectory, pid }: ControlRecord): string {
  return `${join(copy, CONTROL_FILE)} is a copy: it belongs to the shop that process ${pid} runs with the data folder ${dataDirectory}. To use the command with that shop, give its folder with --data or PANDO_DATA`
}

function parse(text: string): ControlRecord | undefined {
  try {
    const { url, pid, dataDirectory, folder } = JSON.parse(text) as Partial<
      ControlRecord & { folder: string }
    >
    if (url === undefined || pid === undefined || dataDirectory === undefined || folder === undefined)
      return undefined
    return { url, pid, dataDirectory, folderId: folder }
  } catch {
    return undefined
  }
}

/** The device and inode of a folder: they survive its rename, and differ for a copy. */
async function idOf(dataDirectory: string): Promise<string> {
  const { dev, ino } = await stat(dataDirectory, { bigint: true })
  return `${dev}:${ino}`
}
