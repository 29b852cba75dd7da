import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** In the data folder of a running shop: where it is asked. */
export const CONTROL_FILE = 'control.json'

/** Where a shop is asked, and the process that answers. */
export interface FoundShop {
  url: string
  pid: number
}

/** What a running shop writes into its data folder. */
export interface ControlRecord extends FoundShop {
  /** Path of the folder that it was written into. */
  dataDirectory: string
  /** The same folder as the file system knows it, which a copy of the folder does not share. */
  folder: string
}

/** Records that this process answers for the shop of a data folder. Answers how to remove the record. */
export async function writeControlRecord(dataDirectory: string, url: string): Promise<() => Promise<void>> {
  const file = join(dataDirectory, CONTROL_FILE)
  const folder = await folderId(dataDirectory)
  const record: ControlRecord = { pid: process.pid, url, dataDirectory, folder }
  // A process that is killed amid this leaves no half of it
  await writeFile(`${file}.next`, JSON.stringify(record), { mode: 0o600 })
  await rename(`${file}.next`, file)
  return () => rm(file, { force: true })
}

/**
 * The control record in a data folder; undefined without one, and for one that a full disk has cut off: nobody can be
 * asked there. `isOwn`: it was written into this very folder; in a copy of a folder it leads to the shop of the original.
 * Throws when this user may not read it.
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
  return record && { ...record, isOwn: record.folder === (await folderId(dataDirectory)) }
}

/** For a person: whose record it is, and how to reach that shop. */
export function describeCopied(copy: string, { dataDirectory, pid }: ControlRecord): string {
  return `${join(copy, CONTROL_FILE)} is a copy: it belongs to the shop that process ${pid} runs with the data folder ${dataDirectory}. To ask that one, name its folder with --data or PANDO_DATA`
}

function parse(text: string): ControlRecord | undefined {
  try {
    const { url, pid, dataDirectory, folder } = JSON.parse(text) as Partial<ControlRecord>
    if (url === undefined || pid === undefined || dataDirectory === undefined || folder === undefined)
      return undefined
    return { url, pid, dataDirectory, folder }
  } catch {
    return undefined
  }
}

/** Device and inode: they stay when the folder gets another name, and a copy has others. */
async function folderId(dataDirectory: string): Promise<string> {
  const { dev, ino } = await stat(dataDirectory, { bigint: true })
  return `${dev}:${ino}`
}
