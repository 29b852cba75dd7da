/**
 * How a line of a replica is passed on. Where people read, its name is in front; where programs do, each line is one JSON
 * object, in whose field `process` the name is, also of lines that are none, such as those of a crash.
 */
export function replicaLine(replica: string, line: string, isForPeople: boolean): string {
  if (isForPeople) return `${replica.padEnd(16)} ${line}`
  const fields = parseObject(line)
  if (!fields)
    return JSON.stringify({ level: 'info', time: new Date().toISOString(), process: replica, msg: line })
  // As it is where it names the process itself, which our own do.
  return fields.process === undefined ? JSON.stringify({ ...fields, process: replica }) : line
}

function parseObject(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line) as Record<string, unknown>
  } catch {
    return undefined
  }
}
