import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type {
  RelocationProgress,
  RelocationRequest,
  RelocationStatus,
} from '#runtime/relocation/relocation.ts'
import { type Operations, openControl } from '#runtime/supervisor/control.ts'

const SECRET = 's'.repeat(40)
const PROGRAM = fileURLToPath(new URL('main.ts', import.meta.url))

const TEXT = `processes:
  shop:
    modules: [storefront]
`
const done: RelocationStatus = {
  id: 'rlc_1',
  modules: ['payments'],
  fromProcess: 'shop',
  toProcess: 'payments',
  step: 'retire',
  state: 'done',
  steps: [
    { step: 'copy', startedAt: '2030-01-01T12:00:00.000Z', ms: 2100, tries: 1 },
    { step: 'fence', startedAt: '2030-01-01T12:00:03.000Z', ms: 31, tries: 3 },
  ],
  pauseMs: 42.4,
  rows: 100_000,
  error: null,
  createdAt: '2030-01-01T12:00:00.000Z',
  updatedAt: '2030-01-01T12:00:05.500Z',
  topology: { source: '/srv/shop/relocations/rlc_1.yaml', text: TEXT },
}
const failed: RelocationStatus = {
  ...done,
  step: 'copy',
  state: 'failed',
  pauseMs: null,
  rows: null,
  error: 'the disk is full',
}
const progress: RelocationProgress[] = [
  { id: 'rlc_1', step: 'copy', phase: 'begun', ms: 0 },
  {
    id: 'rlc_1',
    step: 'copy',
    phase: 'running',
    ms: 900,
    rows: { copied: 57_000, total: 100_000 },
    lagBytes: 1.2e6,
  },
  { id: 'rlc_1', step: 'copy', phase: 'ended', ms: 2100 },
  { id: 'rlc_1', step: 'fence', phase: 'running', ms: 250, note: 'the tables are busy, once more' },
  { id: 'rlc_1', step: 'fence', phase: 'running', ms: 500, note: 'the tables are busy, once more' },
  { id: 'rlc_1', step: 'fence', phase: 'ended', ms: 31 },
]

let folder: string
let control: { close(): Promise<void> } | undefined
let asked: { operation: string; input: unknown }[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pando-relocation-cli-'))
  asked = []
})
afterEach(async () => {
  await control?.close()
  control = undefined
  await rm(folder, { recursive: true })
})

/** A shop that answers so, and notes what it is asked. */
async function plant(answers: Record<string, (tell: (progress: unknown) => void) => unknown>): Promise<void> {
  const operations: Operations = Object.fromEntries(
    Object.entries(answers).map(([operation, answer]) => [
      operation,
      async (input: never, tell) => {
        asked.push({ operation, input })
        return answer(tell)
      },
    ]),
  )
  control = await openControl(folder, SECRET, operations)
}

function plantMove(status: RelocationStatus, operation = 'relocate'): Promise<void> {
  return plant({
    [operation]: (tell) => {
      for (const each of progress) tell(each)
      return status
    },
  })
}

function start(command: string, environment: Record<string, string> = {}): ChildProcess {
  const { PATH, HOME } = process.env
  return spawn(process.execPath, [PROGRAM, ...command.split(' ')], {
    cwd: folder,
    env: { PATH, HOME, PANDO_DATA: folder, PANDO_SECRET: SECRET, ...environment },
  })
}

async function run(command: string, environment?: Record<string, string>) {
  return ended(start(command, environment))
}

async function ended(child: ChildProcess) {
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name]!.setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text
    })
  const [code] = (await once(child, 'close')) as [number]
  return { code, ...texts }
}

describe('a split', () => {
  it('tells each step with its time, and at the end the pause, the rows and the topology', async () => {
    await plantMove(done)
    const { code, stdout, stderr } = await run('split payments --out mine.yaml')
    expect(stderr).toBe('')
    expect(stdout).toBe(`copy         2.1 s
fence: the tables are busy, once more
fence        31 ms

payments is in the process "payments" now, after 5.5 s: 100,000 rows moved, writes waited for 42 ms

The topology:

  processes:
    shop:
      modules: [storefront]

The shop keeps it in topology.yaml, and starts in it from now on
Written to mine.yaml too
`)
    expect(code).toBe(0)
    expect(await readFile(join(folder, 'mine.yaml'), 'utf8')).toBe(TEXT)
    expect(asked).toEqual([
      { operation: 'relocate', input: { modules: ['payments'], toProcess: 'payments', target: 'new' } },
    ])
  })

  it.each<[string, Partial<RelocationRequest>]>([
    ['--process money', { toProcess: 'money' }],
    ['--database money', { database: { name: 'money' } }],
    [
      '--database postgres://h/money',
      { database: { from: 'postgres://h/money', url: 'postgres://h/money' } },
    ],
    ['--database env:MONEY', { database: { from: 'env:MONEY', url: 'postgres://me:secret@h/d' } }],
    ['--dry-run', { dryRun: true }],
  ])('asks for %s', async (options, request) => {
    await plantMove(done)
    await run(`split payments ${options}`, { MONEY: 'postgres://me:secret@h/d' })
    expect(asked[0]!.input).toEqual({
      modules: ['payments'],
      toProcess: 'payments',
      target: 'new',
      ...request,
    })
  })

  it('of one module that is named twice is one of that module', async () => {
    await plantMove(done)
    await run('split payments payments')
    expect(asked[0]!.input).toMatchObject({ modules: ['payments'], toProcess: 'payments' })
  })

  it('is held before a step that a test names, which the help does not know', async () => {
    await plantMove(done)
    const child = spawn(process.execPath, [PROGRAM, 'split', 'payments', '--hold-at', 'catch up'], {
      env: { ...process.env, PANDO_DATA: folder, PANDO_SECRET: SECRET },
    })
    await ended(child)
    expect(asked[0]!.input).toMatchObject({ holdAt: 'catch up' })
    const { stdout } = await run('split --help')
    expect(stdout).toContain('Exit code: 0 done')
    expect(stdout).not.toContain('hold-at')
  })

  it.each([
    ['split orders inventory', 'needs a name. Give one with --process'],
    ['split payments --database env:NOBODY', 'Cannot take the database from NOBODY: it is not set'],
    ['split payments --out nowhere/mine.yaml', 'Cannot write nowhere/mine.yaml: there is no folder'],
    ['merge payments', "required option '--into <process>' not specified"],
    ['split', "missing required argument 'module'"],
  ])('is not even asked for: %s', async (command, message) => {
    await plantMove(done)
    const { code, stderr } = await run(command)
    expect(stderr).toContain(message)
    expect(code).toBe(1)
    expect(asked).toEqual([])
  })

  it('prints what a dry run found, and ends with 1 when something is in the way', async () => {
    const preview = {
      isNewProcess: true,
      fromDatabase: 'pando',
      toDatabase: 'pando_payments',
      tables: [
        { name: 'payments.intents', rows: 12_000, isEstimate: true },
        { name: 'payments.attempts', rows: 7, isEstimate: false },
      ],
      problems: [] as string[],
    }
    const state = { ...done, step: 'preflight', state: 'running', rows: null } as const
    await plant({ relocate: () => ({ ...state, preview }) })
    const { code, stdout } = await run('split payments --dry-run --out mine.yaml')
    expect(stdout).toBe(
      `payments: from the process "shop" to a new process "payments"
The data go from pando to pando_payments: about 12,007 rows in 2 tables

table                      rows
payments.intents   about 12,000
payments.attempts             7

Steps: prepare, copy, catch up, fence, drain, hand over, seal, switch, verify, release, retire

The topology:

  processes:
    shop:
      modules: [storefront]

Nothing is in the way. Nothing was changed.
`,
    )
    expect(code).toBe(0)
    await expect(readFile(join(folder, 'mine.yaml'))).rejects.toThrow('ENOENT')

    await control!.close()
    await plant({
      relocate: () => ({
        ...state,
        preview: { ...preview, toDatabase: 'pando', problems: ['wal_level is replica: set it to logical'] },
      }),
    })
    const hindered = await run('split payments --dry-run')
    expect(hindered.stdout).toContain('The data stay in pando: only the process changes')
    expect(hindered.stdout).toContain('In the way is\n  - wal_level is replica: set it to logical\n')
    expect(hindered.code).toBe(1)
  })

  it('that is refused says why', async () => {
    await plant({
      relocate: () => {
        throw new Error('Cannot move payments to the process "x":\n  - it is in the way')
      },
    })
    const { code, stderr } = await run('split payments')
    expect(stderr).toBe('pando: Cannot move payments to the process "x":\n  - it is in the way\n')
    expect(code).toBe(1)
  })

  const choice = `It stopped at the step "copy": the disk is full
The shop is open; payments works in "shop". There is
  npx pando migration resume    goes on from this step, when the cause is gone
  npx pando migration rollback  leaves all in "shop", and removes what was made for "payments"
`

  it('that stopped prints the choice', async () => {
    await plantMove(failed)
    const { code, stdout } = await run('split payments')
    expect(stdout).toContain(`\n${choice}`)
    expect(code).toBe(1)
  })

  it('prints the choice too when the answer is an error', async () => {
    await plant({
      relocate: (tell) => {
        tell(progress[0])
        throw new Error('Cannot copy: the disk is full')
      },
      relocations: () => [failed, done],
    })
    const { code, stderr } = await run('split payments')
    expect(stderr).toBe(`pando: ${choice}`)
    expect(code).toBe(1)
  })

  it('says where to look when the shop ends meanwhile', async () => {
    await plant({
      relocate: (tell) => {
        tell(progress[0])
        return new Promise(() => {})
      },
    })
    const child = start('split payments --json')
    child.stdout!.once('data', () => void control!.close())
    const { code, stdout } = await ended(child)
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => Object.keys(JSON.parse(line))),
    ).toEqual([['progress'], ['error']])
    expect(code).toBe(1)
  })

  it('goes on without its command', async () => {
    await plant({
      relocate: (tell) => {
        tell(progress[2])
        return new Promise(() => {})
      },
    })
    const child = start('split payments')
    child.stdout!.once('data', () => child.kill('SIGINT'))
    const { code, stderr } = await ended(child)
    expect(stderr).toContain(
      'This goes on in the shop. "npx pando migration status --watch" shows how far it is',
    )
    expect(code).toBe(130)
  })
})

it('a merge asks for a process that there is', async () => {
  await plantMove(done)
  const { code } = await run('merge payments orders --into shop')
  expect(code).toBe(0)
  expect(asked[0]!.input).toEqual({ modules: ['payments', 'orders'], toProcess: 'shop', target: 'existing' })
})

it('scripts get one object a line', async () => {
  await plantMove(done)
  const { stdout } = await run('merge payments --into shop --json')
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([...progress.map((each) => ({ progress: each })), { result: done }])
})

describe('a migration', () => {
  it.each([
    ['resume', 'resumeRelocation', done, 'payments is in the process "payments" now'],
    [
      'rollback',
      'rollbackRelocation',
      { ...failed, state: 'rolled back' } as const,
      // Of this command, not of all since the move was begun.
      /Rolled back: payments is in the process "shop" as before, after \d+ ms/,
    ],
  ])('%s', async (verb, operation, status, says) => {
    await plantMove(status, operation)
    const { code, stdout } = await run(`migration ${verb}`)
    expect(stdout).toContain('copy         2.1 s\n')
    expect(stdout).toMatch(says)
    expect(code).toBe(0)
    expect(asked).toEqual([{ operation, input: {} }])
  })

  it('status shows all, and the steps of the newest', async () => {
    await plant({ relocations: () => [failed, { ...done, id: 'rlc_0' }] })
    const { code, stdout } = await run('migration status')
    expect(stdout).toBe(`began                 modules   from  to        state            rows  pause  id
2030-01-01T12:00:00Z  payments  shop  payments  failed: copy        -      -  rlc_1
2030-01-01T12:00:00Z  payments  shop  payments  done          100,000  42 ms  rlc_0

copy         2.1 s
fence        31 ms  3 tries

It stopped at the step "copy": the disk is full
The shop is open; payments works in "shop". There is
  npx pando migration resume    goes on from this step, when the cause is gone
  npx pando migration rollback  leaves all in "shop", and removes what was made for "payments"
`)
    expect(code).toBe(1)
    const json = await run('migration status --json')
    expect(
      json.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).id),
    ).toEqual(['rlc_1', 'rlc_0'])
  })

  it('status knows when nothing ever moved', async () => {
    await plant({ relocations: () => [] })
    const { code, stdout } = await run('migration status')
    expect([code, stdout]).toEqual([0, 'No module of this shop has moved\n'])
  })

  it('status can watch one until it has ended', async () => {
    const states = [
      { ...failed, state: 'running', step: 'copy' },
      { ...failed, state: 'running', step: 'seal' },
    ]
    await plant({ relocations: () => [states.shift() ?? done] })
    const { code, stdout } = await run('migration status --watch')
    expect(stdout).toContain(`The move of payments from "shop" to "payments" is at the step "copy": running
The move of payments from "shop" to "payments" is at the step "seal": running
began `)
    expect(code).toBe(0)
  })
})
