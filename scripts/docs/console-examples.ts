import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const FILE = /^```yaml\n# (\S+)\n(.*?)^```$/gms
const EXAMPLE = /^```console\n\$ npx pando (.*?)\n(.*?)^```$/gms

/** A file that a page shows. */
export interface ExampleFile {
  name: string
  text: string
}

/** The files of a page: its YAML blocks whose first line is a comment with the name. */
export function exampleFiles(page: string): ExampleFile[] {
  return [...page.matchAll(FILE)].map(([, name, text]) => ({ name: name!, text: `# ${name}\n${text}` }))
}

/**
 * The page with the current outputs of the commands that it shows. A command runs in this project, or in a folder with the
 * files of the page if it names one of them (`./`).
 */
export async function withOutputs(page: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pando-examples-'))
  try {
    for (const { name, text } of exampleFiles(page)) await writeFile(join(folder, name), text)
    const commands = [...page.matchAll(EXAMPLE)].map(([, command]) => command!)
    const outputs = await Promise.all(
      commands.map((command) => outputOf(command, command.includes('./') ? folder : ROOT)),
    )
    return page.replaceAll(EXAMPLE, (_, command: string) => {
      return `\`\`\`console\n$ npx pando ${command}\n${outputs.shift()}\`\`\``
    })
  } finally {
    await rm(folder, { recursive: true })
  }
}

function outputOf(command: string, cwd: string): Promise<string> {
  const { PATH, HOME } = process.env
  const program = [join(ROOT, 'cli/main.ts'), ...command.split(' ')]
  return new Promise((resolve) => {
    execFile(process.execPath, program, { cwd, env: { PATH, HOME } }, (_error, stdout, stderr) =>
      resolve(stdout + stderr),
    )
  })
}
