const WIDTH = 110

/**
 * Formats JSON for people and diffs: every value that fits into a line of 110 characters is on one line. `before`: how many
 * characters precede the value in its line, in addition to `indent`.
 */
export function compactJson(value: unknown, indent = '', before = 0): string {
  const line = oneLine(value)
  if (indent.length + before + line.length < WIDTH || value === null || typeof value !== 'object') return line
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    return `[\n${value.map((each) => inner + compactJson(each, inner)).join(',\n')}\n${indent}]`
  }
  const members = Object.entries(value).map(([name, member]) => {
    const key = `${JSON.stringify(name)}: `
    return inner + key + compactJson(member, inner, key.length)
  })
  return `{\n${members.join(',\n')}\n${indent}}`
}

function oneLine(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}: ${oneLine(member)}`)
  return members.length > 0 ? `{ ${members.join(', ')} }` : '{}'
}
