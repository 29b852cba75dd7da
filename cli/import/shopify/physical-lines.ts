const LF = 10
const CR = 13

/** The number of line breaks (LF, CR LF or CR) in the bytes from `start` to `end` (exclusive). */
export function countBreaks(bytes: Buffer, start: number, end: number): number {
  let breaks = 0
  for (let at = start; at < end; at += 1) {
    if (bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] !== LF)) breaks += 1
  }
  return breaks
}

/** The offset after the line break of the line that starts at `start`; `limit` when there is no break before it. */
export function breakEnd(bytes: Buffer, start: number, limit: number): number {
  for (let at = start; at < limit; at += 1) {
    if (bytes[at] === LF) return at + 1
    if (bytes[at] === CR) return Math.min(limit, bytes[at + 1] === LF ? at + 2 : at + 1)
  }
  return limit
}

/** The offset after the last complete line; 0 if there is none. A CR at the very end may be half of a CR LF. */
export function completeLinesEnd(bytes: Buffer): number {
  const afterLf = bytes.lastIndexOf(LF) + 1
  const afterCr = bytes.length < 2 ? 0 : bytes.lastIndexOf(CR, bytes.length - 2) + 1
  return Math.max(afterLf, afterCr)
}

/** The most frequent separator in the first line: comma, semicolon or tab. */
export function delimiterOf(bytes: Buffer): string {
  const firstLine = bytes.toString('utf8', 0, breakEnd(bytes, 0, bytes.length))
  const count = (separator: string) => firstLine.split(separator).length
  return [',', ';', '\t'].reduce((best, other) => (count(other) > count(best) ? other : best))
}
