import { checkModules, checkTogether } from './check-modules.ts'
import { checkPorts } from './check-ports.ts'
import { checkProcesses } from './check-processes.ts'
import { checkShape } from './check-shape.ts'
import { type Mistake, parseYaml, showPath } from './document.ts'
import { resolveProcess, resolveTopology, type TopologyOptions } from './resolve.ts'
import { showSource, type Topology } from './topology.ts'

/** A topology file is invalid. The message lists every mistake. */
export class TopologyError extends Error {
  override readonly name = 'TopologyError'
  readonly mistakes: readonly Mistake[]

  constructor(file: { name: string; source: string }, mistakes: readonly Mistake[]) {
    const count = mistakes.length === 1 ? 'one mistake' : `${mistakes.length} mistakes`
    super(
      `Cannot use the topology "${file.name}": ${count} in ${showSource(file.source)}\n${mistakes.map((each) => `  - ${showMistake(each)}`).join('\n')}`,
    )
    this.mistakes = mistakes
  }
}

/** Reads a topology from the text of a file. Throws TopologyError with every mistake at once. */
export function parseTopology(
  text: string,
  file: { name: string; source: string },
  options: TopologyOptions,
): Topology {
  const document = parseYaml(text)
  if (document.mistakes.length > 0) throw new TopologyError(file, document.mistakes)
  const outline = checkShape(
    document.value,
    options.known.map(({ name }) => name),
  )
  const processes = Object.entries(outline.processes).map(([name, entry]) =>
    resolveProcess(name, entry, options),
  )
  const findings = [
    ...outline.findings,
    ...checkProcesses(processes, options),
    ...checkModules(outline, options.known),
    ...checkTogether(outline, processes, options.known),
    ...checkPorts(outline, processes),
  ]
  if (findings.length > 0) {
    const mistakes = findings.map((finding) => ({ ...finding, line: document.lineOf(finding.path) }))
    throw new TopologyError(
      file,
      mistakes.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)),
    )
  }
  return resolveTopology(outline, file, options)
}

function showMistake({ path, line, message }: Mistake): string {
  const location = [line === undefined ? '' : `line ${line}`, showPath(path)].filter(Boolean).join(', ')
  return location ? `${location}: ${message}` : message
}
