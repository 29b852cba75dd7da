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

describe('the page about topologies shows what the commands print', () => {
  it('has examples', () => expect(examples.length).toBeGreaterThan(4))

  it.each(examples.map(([, command, printed]) => [command!, printed!]))('pando %s', (command, printed) => {
    expect(run(command)).toBe(printed)
  })
})

describe('every example of a file is right, but for the one that is not', () => {
  const names = [...page.matchAll(/^```yaml\n# (\S+)\.yaml$/gm)].map((match) => match[1]!)

  it('is there', () => expect(names).toContain('wrong'))

  it.each(names.filter((name) => name !== 'wrong'))('%s', (name) => {
    expect(run(`topology check ./${name}.yaml`)).toMatch(new RegExp(`^${name} \\(`))
  })
})

/** Paths are of the page's own examples, or names of the project's. */
function run(command: string): string {
  const { PATH, HOME } = process.env
  const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'cli/main.ts'), ...command.split(' ')], {
    cwd: command.includes('./') ? directory : root,
    env: { PATH, HOME },
    encoding: 'utf8',
  })
  return stdout + stderr
}
