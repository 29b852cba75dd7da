import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, readFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '#runtime/base/ports.ts'
import { listModules, MODULES_DIRECTORY } from '#runtime/process/modules.ts'
import { fetchStatus } from '#runtime/rpc/process-client.ts'
import { createDatabase } from '#tests/support/database.ts'
import { runPando } from '#tests/support/shop-process.ts'

const SECRET = 'a'.repeat(40)
let directory: string
let folder: string
let topology: string
let port: number
let database: Awaited<ReturnType<typeof createDatabase>>
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pando-build-'))
  // Outside the project, so that the artefact cannot find its packages
  folder = join(directory, 'payments')
  port = await freePort()
  topology = join(directory, 'own.yaml')
  const others = listModules().filter((name) => name !== 'payments')
  await writeFile(
    topology,
    `processes:\n  shop: { modules: [${others.join(', ')}] }\n  payments: { modules: [payments], port: ${port} }\n`,
  )
  await build('payments', folder)
  database = await createDatabase()
}, 120_000)
afterAll(async () => {
  await database?.drop()
  await rm(directory, { recursive: true, force: true })
})

async function build(name: string, out: string): Promise<void> {
  const { code, output } = await runPando(['build', '--process', name, '--topology', topology, '--out', out])
  expect(code, output).toBe(0)
  console.log(output.trim())
}

/** Returns string literals of the module's code that are long enough to be unique. */
function literalsOf(module: string): string[] {
  const files = globSync('{handlers,reactions,store,services,pages}/**/*.ts', {
    cwd: join(MODULES_DIRECTORY, module),
  })
  const code = [...files, 'store.ts']
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => {
      try {
        return readFileSync(join(MODULES_DIRECTORY, module, file), 'utf8')
      } catch {
        // The module has store/ instead of store.ts
        return ''
      }
    })
  return code.flatMap((text) => [...text.matchAll(/'([^'\n]{30,})'/g)].map(([, found]) => found!))
}

/** Returns the whole code outside the module. */
function codeOutside(module: string): string {
  const files = globSync([
    '{runtime,shared,cli}/**/*.ts',
    'modules/*/contract.ts',
    `modules/!(${module})/**/*.ts`,
  ])
  return files.map((file) => readFileSync(file, 'utf8')).join('\n')
}

it('an artefact contains the code of its own modules, and of no other', async () => {
  const code = await readFile(join(folder, 'service.mjs'), 'utf8')
  const counts: Record<string, [found: number, all: number]> = {}
  for (const module of listModules()) {
    const outside = codeOutside(module)
    const unique = literalsOf(module).filter((text) => !outside.includes(text))
    counts[module] = [unique.filter((text) => code.includes(text)).length, unique.length]
  }
  const { payments, ...others } = counts
  expect(payments![1]).toBeGreaterThan(0)
  expect(payments![0]).toBe(payments![1])
  for (const [module, [found]] of Object.entries(others)) expect([module, found]).toEqual([module, 0])
  // Else the absence of other modules' literals would say nothing
  expect(Object.values(others).filter(([, count]) => count > 0).length).toBeGreaterThan(3)
})

it('an artefact contains its migrations and licences, but no files of other modules and no TypeScript', async () => {
  expect(await readdir(join(folder, 'modules'))).toEqual(['payments'])
  const files = await readdir(folder, { recursive: true })
  expect(files.filter((file) => file.endsWith('.ts') || file.endsWith('.svg'))).toEqual([])
  expect(files).toContain(join('modules', 'payments', 'migrations', '0001-intents.sql'))
  const licences = await readFile(join(folder, 'THIRD-PARTY-LICENCES.txt'), 'utf8')
  expect(licences).toMatch(/^undici \d+\.\d+\.\d+ \(MIT\)$/m)
  expect(licences).not.toContain('no licence named')
})

it('an artefact with the storefront contains the pictures of the sample', async () => {
  const shop = join(directory, 'shop')
  await build('shop', shop)
  const pictures = join('sample', 'pictures')
  expect(await readdir(join(shop, pictures))).toEqual(await readdir(pictures))
}, 60_000)

it('an artefact starts outside the project, and passes the conformance test', async () => {
  const began = performance.now()
  const environment = {
    DATABASE_URL: database.url,
    PANDO_SECRET: SECRET,
    PANDO_DATA: join(directory, 'data'),
  }
  const child = start(environment)
  try {
    const origin = `http://127.0.0.1:${port}`
    await waitUntilReady(origin, child.output)
    console.log(`ready after ${Math.round(performance.now() - began)} ms`)
    expect(await fetchStatus(origin, SECRET)).toMatchObject({
      process: 'payments',
      ready: true,
      modules: { payments: { contract: expect.stringMatching(/^\d+\.\d+\.\d+$/) } },
    })
    const { code, output } = await runPando(['conformance', 'payments', '--url', origin, '--secret', SECRET])
    expect(code, output).toBe(0)
  } finally {
    child.process.kill('SIGTERM')
    await once(child.process, 'exit')
  }
  expect(child.process.exitCode).toBe(0)
}, 120_000)

it('an artefact refuses to start a process whose modules it does not contain', async () => {
  const child = start({ PANDO_SECRET: SECRET }, '--process', 'shop')
  await once(child.process, 'exit')
  expect(child.process.exitCode).toBe(1)
  expect(child.output()).toContain('this artefact contains only payments')
})

it('a build replaces no file, and no folder that contains other files', async () => {
  const unrelated = join(directory, 'unrelated')
  await mkdir(unrelated)
  // An artefact has a file of this name, but so has the project's folder cli/
  await writeFile(join(unrelated, 'pando.mjs'), 'precious')
  const extended = join(directory, 'extended')
  await cp(folder, extended, { recursive: true })
  await writeFile(join(extended, '.env'), 'precious')
  for (const [out, reason] of [
    [topology, 'it is not a folder'],
    [unrelated, 'it has files, but not those of an artefact'],
    [extended, '".env" in it is not part of an artefact'],
    [join(topology, 'inside'), 'it is not a folder'],
  ] as const) {
    const refused = await runPando(['build', '--process', 'payments', '--topology', topology, '--out', out])
    expect(refused).toMatchObject({ code: 1, output: expect.stringContaining(reason) })
    expect(refused.output).toMatch(/^pando: Cannot build into /m)
  }
  expect(await readFile(topology, 'utf8')).toContain('processes:')
  expect(await readdir(unrelated)).toEqual(['pando.mjs'])
  expect(await readFile(join(extended, '.env'), 'utf8')).toBe('precious')
})

function start(environment: Record<string, string>, ...args: string[]) {
  const child: ChildProcess = spawn(process.execPath, [join(folder, 'pando.mjs'), 'start', ...args], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, ...environment },
  })
  let text = ''
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8')
    })
  return { process: child, output: () => text }
}

async function waitUntilReady(origin: string, output: () => string): Promise<void> {
  const end = Date.now() + 60_000
  for (;;) {
    const response = await fetch(`${origin}/health/ready`).catch(() => undefined)
    if (response?.ok) return
    if (Date.now() > end) throw new Error(`The artefact was not ready after one minute:\n${output()}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
