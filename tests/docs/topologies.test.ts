import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const page = readFileSync(join(root, 'docs/topologies.md'), 'utf8')
const directory = mkdtempSync(join(tmpdir(), 'pando-topologies-page-'))
afterAll(() => rmSync(directory, { recursive: true }))

for (const [, name, text] of page.matchAll(/^```yaml\n# (\S+)\n(.*?)^```$/gms)) {
  writeFileSync(join(directory, name!), `# ${name}\n${text}`)
}
const examples = [...page.matchAll(/^```console\n\$ npx pando (.*?)\n(.*?)^```$/gms)]

describe('the page about topologies shows the output of the commands', () => {
  it('has examples', () => expect(examples.length).toBeGreaterThan(4))

  it.each(examples.map(([, command, printed]) => [command!, printed!]))('pando %s', (command, printed) => {
    expect(run(command)).toBe(printed)
  })
})

describe('every example file of the page is valid, except the one that shows mistakes', () => {
  const names = [...page.matchAll(/^```yaml\n# (\S+)\.yaml$/gm)].map((match) => match[1]!)

  it('includes the one with mistakes', () => expect(names).toContain('wrong'))

  it.each(names.filter((name) => name !== 'wrong'))('%s', (name) => {
    expect(run(`topology check ./${name}.yaml`)).toMatch(new RegExp(`^${name} \\(`))
  })
})

/** Runs a command: in the folder of the page's examples if it has a path, else in the project. */
function run(command: string): string {
  const { PATH, HOME } = process.env
  const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'cli/main.ts'), ...command.split(' ')], {
    cwd: command.includes('./') ? directory : root,
    env: { PATH, HOME },
    encoding: 'utf8',
  })
  return stdout + stderr
}
