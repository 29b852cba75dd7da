/**
 * Formats a line of a replica's output with the replica's name. On a terminal the name precedes the line. Otherwise each
 * line becomes a JSON object with the name in `process`, even a line that is not JSON, such as one of a stack trace.
 */
export function replicaLine(replica: string, line: string, isTerminal: boolean): string {
  if (isTerminal) return `${replica.padEnd(16)} ${line}`
  const fields = parseObject(line)
  if (!fields)
    return JSON.stringify({ level: 'info', time: new Date().toISOString(), process: replica, msg: line })
  // Log lines of Pando's own processes already have the name
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
