import { dirname, relative, resolve } from 'node:path'

const LINE = /^(# yaml-language-server: \$schema=)(\.{1,2}\/.*)$/m

/**
 * Adapts a topology file to a new path: the path to its schema, which editors read, is relative to the file's folder.
 */
export function withSchemaPath(text: string, { from, to }: { from: string; to: string }): string {
  return text.replace(LINE, (_, start: string, path: string) => {
    const adapted = relative(dirname(to), resolve(dirname(from), path))
    return start + (adapted.startsWith('.') ? adapted : `./${adapted}`)
  })
}
