import { dirname, relative, resolve } from 'node:path'

const LINE = /^(# yaml-language-server: \$schema=)(\.{1,2}\/.*)$/m

/** The text of a topology file for another place: the path that editors find its schema by begins at the file's folder. */
export function withSchemaPath(text: string, { from, to }: { from: string; to: string }): string {
  return text.replace(LINE, (_, start: string, path: string) => {
    const moved = relative(dirname(to), resolve(dirname(from), path))
    return start + (moved.startsWith('.') ? moved : `./${moved}`)
  })
}
