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
  { id: 'rlc_1', step: 'fence', phase: 'running', ms: 250, note: 'the tables are busy, retrying' },
  { id: 'rlc_1', step: 'fence', phase: 'running', ms: 500, note: 'the tables are busy, retrying' },
  { id: 'rlc_1', step: 'fence', phase: 'ended', ms: 31 },
]

let folder: string
let control: { close(): Promise<void> } | undefined
let requests: { operation: string; input: unknown }[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pando-relocation-cli-'))
  requests = []
})
afterEach(async () => {
  await control?.close()
  control = undefined
  await rm(folder, { recursive: true })
})

/** Opens the control of a shop that gives these answers, and records the requests. */
async function fakeShop(
  answers: Record<string, (report: (progress: unknown) => void) => unknown>,
): Promise<void> {
  const operations: Operations = Object.fromEntries(
    Object.entries(answers).map(([operation, answer]) => [
      operation,
      async (input: never, report) => {
        requests.push({ operation, input })
        return answer(report)
      },
    ]),
  )
  control = await openControl(folder, SECRET, operations)
}

/** A shop whose move reports `progress` and ends with a status. */
function fakeMove(status: RelocationStatus, operation = 'relocate'): Promise<void> {
  return fakeShop({
    [operation]: (report) => {
      for (const each of progress) report(each)
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
  it('prints each step with its time, and finally the pause, the rows and the topology', async () => {
    await fakeMove(done)
    const { code, stdout, stderr } = await run('split payments --out mine.yaml')
    expect(stderr).toBe('')
    expect(stdout).toBe(`copy         2.1 s
fence: the tables are busy, retrying
fence        31 ms

Moved payments to the process "payments" in 5.5 s: 100,000 rows, writes paused for 42 ms

The resulting topology:

  processes:
    shop:
      modules: [storefront]

Saved in topology.yaml. The shop starts with this topology from now on
Also written to mine.yaml
`)
    expect(code).toBe(0)
    expect(await readFile(join(folder, 'mine.yaml'), 'utf8')).toBe(TEXT)
    expect(requests).toEqual([
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
  ])('sends the request of %s', async (options, request) => {
    await fakeMove(done)
    await run(`split payments ${options}`, { MONEY: 'postgres://me:secret@h/d' })
    expect(requests[0]!.input).toEqual({
      modules: ['payments'],
      toProcess: 'payments',
      target: 'new',
      ...request,
    })
  })

  it('ignores a module that is named twice', async () => {
    await fakeMove(done)
    await run('split payments payments')
    expect(requests[0]!.input).toMatchObject({ modules: ['payments'], toProcess: 'payments' })
  })

  it('sends the step of --hold-at, an option for tests that the help does not list', async () => {
    await fakeMove(done)
    const child = spawn(process.execPath, [PROGRAM, 'split', 'payments', '--hold-at', 'catch up'], {
      env: { ...process.env, PANDO_DATA: folder, PANDO_SECRET: SECRET },
    })
    await ended(child)
    expect(requests[0]!.input).toMatchObject({ holdAt: 'catch up' })
    const { stdout } = await run('split --help')
    expect(stdout).toContain('Exit code: 0 done')
    expect(stdout).not.toContain('hold-at')
  })

  it.each([
    ['split orders inventory', 'needs a name. Give one with --process'],
    ['split payments --database env:NOBODY', 'Cannot take the database from NOBODY: the variable is not set'],
    ['split payments --out nowhere/mine.yaml', 'Cannot write nowhere/mine.yaml: there is no folder'],
    ['merge payments', "required option '--into <process>' not specified"],
    ['split', "missing required argument 'module'"],
  ])('is refused without a request: %s', async (command, message) => {
    await fakeMove(done)
    const { code, stderr } = await run(command)
    expect(stderr).toContain(message)
    expect(code).toBe(1)
    expect(requests).toEqual([])
  })

  it('prints the result of a dry run, and exits with 1 when it found problems', async () => {
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
    await fakeShop({ relocate: () => ({ ...state, preview }) })
    const { code, stdout } = await run('split payments --dry-run --out mine.yaml')
    expect(stdout).toBe(
      `Move payments from the process "shop" to a new process "payments"
The data move from pando to pando_payments: about 12,007 rows in 2 tables

table                      rows
payments.intents   about 12,000
payments.attempts             7

Steps: prepare, copy, catch up, fence, drain, hand over, seal, switch, verify, release, retire

The resulting topology:

  processes:
    shop:
      modules: [storefront]

No problems found. Nothing was changed.
`,
    )
    expect(code).toBe(0)
    await expect(readFile(join(folder, 'mine.yaml'))).rejects.toThrow('ENOENT')

    await control!.close()
    await fakeShop({
      relocate: () => ({
        ...state,
        preview: { ...preview, toDatabase: 'pando', problems: ['wal_level is replica: set it to logical'] },
      }),
    })
    const prevented = await run('split payments --dry-run')
    expect(prevented.stdout).toContain('The data stay in pando: only the process changes')
    expect(prevented.stdout).toContain(
      '1 problem prevents the move:\n  - wal_level is replica: set it to logical\n',
    )
    expect(prevented.code).toBe(1)
  })

  it('that is refused prints the reason', async () => {
    await fakeShop({
      relocate: () => {
        throw new Error('Cannot move payments to the process "x":\n  - it has a problem')
      },
    })
    const { code, stderr } = await run('split payments')
    expect(stderr).toBe('pando: Cannot move payments to the process "x":\n  - it has a problem\n')
    expect(code).toBe(1)
  })

  const choice = `The move stopped at the step "copy": the disk is full
The shop is open; payments runs in "shop". Run one of
  npx pando migration resume    continues from this step, once the cause is fixed
  npx pando migration rollback  keeps everything in "shop", and removes what was made for "payments"
`

  it('that stopped at a step prints how to continue', async () => {
    await fakeMove(failed)
    const { code, stdout } = await run('split payments')
    expect(stdout).toContain(`\n${choice}`)
    expect(code).toBe(1)
  })

  it('whose request failed after its first step prints how to continue', async () => {
    await fakeShop({
      relocate: (report) => {
        report(progress[0])
        throw new Error('Cannot copy: the disk is full')
      },
      relocations: () => [failed, done],
    })
    const { code, stderr } = await run('split payments')
    expect(stderr).toBe(`pando: ${choice}`)
    expect(code).toBe(1)
  })

  it('prints an error when the shop stops meanwhile', async () => {
    await fakeShop({
      relocate: (report) => {
        report(progress[0])
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

  it('continues in the shop after Ctrl-C', async () => {
    await fakeShop({
      relocate: (report) => {
        report(progress[2])
        return new Promise(() => {})
      },
    })
    const child = start('split payments')
    child.stdout!.once('data', () => child.kill('SIGINT'))
    const { code, stderr } = await ended(child)
    expect(stderr).toContain(
      'This continues in the shop. "npx pando migration status --watch" shows the progress',
    )
    expect(code).toBe(130)
  })
})

it('a merge requests a move into an existing process', async () => {
  await fakeMove(done)
  const { code } = await run('merge payments orders --into shop')
  expect(code).toBe(0)
  expect(requests[0]!.input).toEqual({
    modules: ['payments', 'orders'],
    toProcess: 'shop',
    target: 'existing',
  })
})

it('with --json, a merge prints one object a line', async () => {
  await fakeMove(done)
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
    ['resume', 'resumeRelocation', done, 'Moved payments to the process "payments" in'],
    [
      'rollback',
      'rollbackRelocation',
      { ...failed, state: 'rolled back' } as const,
      // The time of this command, not the time since the move began
      /Rolled back in \d+ ms: payments is in the process "shop", as before the move/,
    ],
  ])('%s prints its steps and the result', async (verb, operation, status, expected) => {
    await fakeMove(status, operation)
    const { code, stdout } = await run(`migration ${verb}`)
    expect(stdout).toContain('copy         2.1 s\n')
    expect(stdout).toMatch(expected)
    expect(code).toBe(0)
    expect(requests).toEqual([{ operation, input: {} }])
  })

  it('status shows all moves, and the steps of the newest', async () => {
    await fakeShop({ relocations: () => [failed, { ...done, id: 'rlc_0' }] })
    const { code, stdout } = await run('migration status')
    expect(stdout).toBe(`began                 modules   from  to        state            rows  pause  id
2030-01-01T12:00:00Z  payments  shop  payments  failed: copy        -      -  rlc_1
2030-01-01T12:00:00Z  payments  shop  payments  done          100,000  42 ms  rlc_0

copy         2.1 s
fence        31 ms  3 tries

The move stopped at the step "copy": the disk is full
The shop is open; payments runs in "shop". Run one of
  npx pando migration resume    continues from this step, once the cause is fixed
  npx pando migration rollback  keeps everything in "shop", and removes what was made for "payments"
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

  it('status reports that no module has moved', async () => {
    await fakeShop({ relocations: () => [] })
    const { code, stdout } = await run('migration status')
    expect([code, stdout]).toEqual([0, 'No module of this shop has moved\n'])
  })

  it('status --watch prints each step until the move has ended', async () => {
    const states = [
      { ...failed, state: 'running', step: 'copy' },
      { ...failed, state: 'running', step: 'seal' },
    ]
    await fakeShop({ relocations: () => [states.shift() ?? done] })
    const { code, stdout } = await run('migration status --watch')
    expect(stdout).toContain(`The move of payments from "shop" to "payments" is at the step "copy": running
The move of payments from "shop" to "payments" is at the step "seal": running
began `)
    expect(code).toBe(0)
  })
})
