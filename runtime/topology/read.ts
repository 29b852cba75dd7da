import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, extname, join, resolve } from 'node:path'
import { parseTopology } from './check.ts'
import { didYouMean } from './nearest.ts'
import type { TopologyOptions } from './resolve.ts'
import { TOPOLOGIES_DIRECTORY, type Topology } from './topology.ts'

/**
 * Reads a topology by its name (`hybrid` is `topologies/hybrid.yaml`) or by the path of a file, which contains a slash
 * or an extension. Throws a TopologyError with every mistake, and an Error when the file cannot be read.
 */
export function readTopology(
  nameOrPath: string,
  options: TopologyOptions,
  directory = TOPOLOGIES_DIRECTORY,
): Topology {
  const isName = /^[\w-]+$/.test(nameOrPath)
  const source = isName ? join(directory, `${nameOrPath}.yaml`) : resolve(nameOrPath)
  if (nameOrPath === '')
    throw new Error('Cannot read a topology without a name: give its name, or the path of a file')
  if (!existsSync(source)) throw new Error(notFound(nameOrPath, isName, source, directory))
  let text: string
  try {
    text = readFileSync(source, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reason = code === 'EISDIR' ? 'it is a folder: name a file in it' : message
    throw new Error(`Cannot read the topology "${nameOrPath}": ${reason}`, { cause: error })
  }
  return parseTopology(text, { name: basename(source, extname(source)), source }, options)
}

function notFound(nameOrPath: string, isName: boolean, source: string, directory: string): string {
  if (!isName) return `Cannot read the topology "${nameOrPath}": there is no file ${source}`
  const names = readdirSync(directory)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .sort()
  return `Cannot read the topology "${nameOrPath}": there is no topology of that name.${didYouMean(nameOrPath, names)} The topologies are ${names.join(', ')}. To use a file of your own, give its path, such as ./${nameOrPath}.yaml`
}
