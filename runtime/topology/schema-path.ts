import { dirname, relative, resolve } from 'node:path'

const LINE = /^(# yaml-language-server: \$schema=)(\.{1,2}\/.*)$/m

/**
 * Adapts the text of a topology file that moves from the path `from` to the path `to`: the path to its schema, which
 * editors read, is relative to the file's folder.
 */
export function withSchemaPath(text: string, { from, to }: { from: string; to: string }): string {
  return text.replace(LINE, (_, start: string, path: string) => {
    const adapted = relative(dirname(to), resolve(dirname(from), path))
    return start + (adapted.startsWith('.') ? adapted : `./${adapted}`)
  })
}
