import { candidatePorts } from './candidate-ports.ts'
import type { Finding, Outline } from './check-shape.ts'
import type { Path } from './document.ts'
import { MAX_PORT } from './limits.ts'
import { isLoopback } from './resolve.ts'
import type { Process } from './topology.ts'

/** The public or the internal ports of all replicas of one process. */
interface Range {
  process: Process
  path: Path
  /** Such as `the internal port of "shop"`. */
  label: string
  first: number
  last: number
}

/** Checks that required ports are given, that no port is above the highest, and that none is used twice. */
export function checkPorts(outline: Outline, processes: readonly Process[]): Finding[] {
  const suggestions = candidatePorts({ processes })
  const findings = processes.flatMap((process) => checkGiven(outline, process, suggestions))
  const ranges = processes
    // `process.port` holds the default where the file's port is invalid. Checking the default would mislead.
    .filter(({ name }) => !isInvalid(outline, name, 'port'))
    .flatMap((process) => rangesOf(outline, process))
  for (const range of ranges.filter(({ last }) => last > MAX_PORT)) {
    findings.push({
      path: range.path,
      message: `${range.label} is ${showRange(range)}, above the highest port ${MAX_PORT}: choose a lower one`,
    })
  }
  for (const [index, range] of ranges.entries()) {
    for (const earlier of ranges.slice(0, index)) {
      if (range.first > earlier.last || earlier.first > range.last) continue
      if (!shareAddress(range.process, earlier.process)) continue
      findings.push({
        path: range.path,
        message: `${range.label} is ${showRange(range)}, and ${earlier.label} is ${showRange(earlier)}: they collide, so choose another port for one of them`,
      })
    }
  }
  return findings
}

function checkGiven(
  outline: Outline,
  { name, port, modules }: Process,
  suggestions: Generator<number>,
): Finding[] {
  const entry = outline.processes[name]!
  // Without modules it is unknown whether the process serves pages, and so which ports it needs.
  if (port !== undefined || modules.length === 0) return []
  const findings: Finding[] = []
  if (entry.internalPort !== undefined) {
    findings.push({
      path: ['processes', name, 'internalPort'],
      message: 'is only for the process with pages. Remove it: the port of this process is its internal port',
    })
  }
  if (entry.port === undefined && !isInvalid(outline, name, 'port')) {
    const { value: suggestion } = suggestions.next()
    const example = suggestion === undefined ? '' : `, such as port: ${suggestion}`
    findings.push({
      path: ['processes', name],
      message: `port is missing: add the port on which other processes call this one${example}`,
    })
  }
  return findings
}

function rangesOf(outline: Outline, process: Process): Range[] {
  const { name, port, internalPort, replicas } = process
  const entry = outline.processes[name]!
  const range = (key: 'port' | 'internalPort', label: string, first: number, count = replicas): Range => ({
    process,
    path: ['processes', name, ...(entry[key] === undefined ? [] : [key])],
    label: `${label} of "${name}"`,
    first,
    last: first + count - 1,
  })
  const ranges =
    port === undefined
      ? [range('port', 'the port', internalPort)]
      : [
          // All replicas share the public port.
          range('port', 'the public port', port, 1),
          range(
            'internalPort',
            `the internal port${entry.internalPort === undefined ? ' (port + 100)' : ''}`,
            internalPort,
          ),
        ]
  // Port 0 means any free port, or a missing port that is already reported.
  return ranges.filter(({ first }) => first !== 0)
}

/** Whether the two processes listen on the same address of one machine, so that equal ports collide. */
function shareAddress(a: Process, b: Process): boolean {
  if (a === b) return true
  if (isLoopback(a.address) && isLoopback(b.address)) {
    return (
      a.listen === b.listen || [a.listen, b.listen].some((listen) => listen === '0.0.0.0' || listen === '::')
    )
  }
  return a.address === b.address
}

function isInvalid(outline: Outline, process: string, key: string): boolean {
  return outline.findings.some(({ path }) => path[1] === process && path[2] === key)
}

function showRange({ first, last }: Range): string {
  return first === last ? `${first}` : `${first} to ${last}`
}
