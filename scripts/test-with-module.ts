import { spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadContracts } from '#runtime/process/modules.ts'
import { readTopology } from '#runtime/topology/read.ts'
import { listFiles } from './repository/list-files.ts'

/** The tests that depend on which modules there are, and some journeys. Each path is a filter in each project. */
const PROJECTS = ['pando', 'services', 'loopback', 'microservices']
const TESTS = [
  'tests/api',
  'tests/boundaries',
  'tests/contracts',
  'tests/docs',
  'tests/journeys/simultaneous-requests',
  'tests/repository',
  'tests/runtime/statistics',
  'tests/topology/partitions',
  'cli/support',
  'modules/orders/handlers/place-order',
  'runtime/process',
  'runtime/topology',
]

/**
 * Tests Pando with one more module. Adds the module to a copy of this checkout as CONTRIBUTING.md says, and runs there the
 * checks, the tests that look at all modules, the tests of the module, and journeys in one process and in many.
 */
const [folder = 'examples/wishlist'] = process.argv.slice(2)
const module = basename(resolve(folder))
const root = fileURLToPath(new URL('..', import.meta.url))
const copy = mkdtempSync(join(tmpdir(), 'pando-with-module-'))
try {
  for (const file of listFiles(root)) cpSync(join(root, file), join(copy, file))
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  cpSync(folder, join(copy, 'modules', module), { recursive: true })
  appendFileSync(join(copy, 'topologies/microservices.yaml'), await processOf(module))
  // The checks list the files of the repository
  run('git', 'init', '--quiet')
  run('npm', 'run', '--silent', 'docs')
  run('npx', 'pando', 'contracts', 'release', module)
  run('npm', 'run', '--silent', 'check')
  const projects = PROJECTS.flatMap((project) => ['--project', project])
  run('npx', 'vitest', 'run', ...projects, `modules/${module}`, ...TESTS)
} catch (error) {
  console.error(`\n${(error as Error).message}`)
  process.exitCode = 1
} finally {
  rmSync(copy, { recursive: true })
}

/** The line of a process for the module, with room for ten replicas of the process before it. */
async function processOf(name: string): Promise<string> {
  const { processes } = readTopology('microservices', { known: await loadContracts(), environment: {} })
  const port = Math.max(...processes.map(({ internalPort }) => internalPort)) + 10
  return `  ${name}: { modules: [${name}], port: ${port} }\n`
}

/** Runs a command in the copy. The first that fails ends the test. */
function run(command: string, ...args: string[]): void {
  console.log(`\n$ ${command} ${args.join(' ')}`)
  const began = performance.now()
  const { status } = spawnSync(command, args, { cwd: copy, stdio: 'inherit' })
  console.log(`${Math.round((performance.now() - began) / 1000)} s`)
  if (status !== 0) throw new Error(`With the module "${module}", "${command} ${args.join(' ')}" fails`)
}
