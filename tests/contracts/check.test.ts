import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { formatVerdicts, judgeAll, releaseContracts } from '#cli/contracts.ts'
import { RELEASED_DIRECTORY, readReleased } from '#cli/support/released-contracts.ts'
import { type ContractJson, contractToJson } from '#runtime/contract/contract-json.ts'
import { loadContracts } from '#runtime/process/modules.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const current = new Map((await loadContracts()).map((contract) => [contract.name, contractToJson(contract)]))

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pando-released-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

/** Writes a release of each contract in the code. That of `module` gets a change, as if the code had changed since. */
function writeReleases(module: string, change: (released: ContractJson) => void): void {
  for (const [name, contract] of current) {
    const released = structuredClone(contract)
    if (name === module) change(released)
    writeFileSync(join(directory, `${name}.json`), JSON.stringify(released))
  }
}

/** The version of the module's contract in the code, raised by this step. */
function raised(module: string, step: 'major' | 'minor' | 'patch'): string {
  const [major, minor, patch] = current.get(module)!.version.split('.').map(Number) as [
    number,
    number,
    number,
  ]
  if (step === 'major') return `${major + 1}.0.0`
  return step === 'minor' ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`
}

function run(...args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const program = [join(root, 'cli/pando.mjs'), 'contracts', ...args, '--released', directory]
    execFile(process.execPath, program, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr })
    })
  })
}

test('no contract of this project has changed more than its version says', () => {
  const verdicts = judgeAll(readReleased(RELEASED_DIRECTORY), current)
  expect(verdicts.filter(({ problem }) => problem)).toEqual([])
  expect(verdicts.length).toBe(current.size)
})

test('a breaking change fails the check, with its location, its consequences and what to do', async () => {
  writeReleases('payments', (released) => {
    released.methods.voidIntent = released.methods.createIntent!
    released.methods.getIntent!.output.properties!.fee = { type: 'integer' }
  })
  const { code, output } = await run('check')
  expect(code).toBe(1)
  expect(output).toContain(
    'BREAKING  payments.getIntent  /methods/getIntent/output/properties/fee\n    is gone',
  )
  expect(output).toContain('Breaks callers: those that use it no longer get it')
  expect(output).toContain('To do: Keep sending it until nothing reads it')
  expect(output).toContain('BREAKING  payments.voidIntent  /methods/voidIntent\n    the command is gone')
  expect(output).toContain(`set the version to ${raised('payments', 'major')}`)
})

test('a compatible change fails the check too when the version is unchanged', async () => {
  writeReleases('inventory', (released) => {
    delete released.methods.getAvailability
  })
  const { code, output } = await run('check')
  expect(code).toBe(1)
  expect(output).toContain('addition  inventory.getAvailability')
  expect(output).toContain(
    `Something changed, and the version is still ${current.get('inventory')!.version}. Set the version to ${raised('inventory', 'minor')}`,
  )
})

test('unchanged contracts pass the check', async () => {
  expect(await run('release')).toMatchObject({ code: 0 })
  expect(await run('check')).toMatchObject({ code: 0 })
})

test('the check fails when nothing has been released', async () => {
  const { code, output } = await run('check')
  expect(code).toBe(1)
  expect(output).toContain('none has been released yet')
})

test('a contract that was removed from the code is found', () => {
  writeReleases('cart', () => {})
  const without = new Map([...current].filter(([name]) => name !== 'cart'))
  const output = formatVerdicts(judgeAll(readReleased(directory), without))
  expect(output).toContain('modules/cart/contract.ts no longer exists')
})

test('a change of a schema that many methods share is described once', () => {
  writeReleases('orders', (released) => {
    const order = JSON.stringify(released.methods.getOrder!.output)
    const older = order.replace('"properties":{', '"properties":{"remark":{"type":"string"},')
    const text = JSON.stringify(released.methods).replaceAll(order, older)
    released.methods = JSON.parse(text) as ContractJson['methods']
  })
  const output = formatVerdicts(judgeAll(readReleased(directory), current))
  expect(output.match(/BREAKING {2}orders\./g)!.length).toBeGreaterThan(5)
  expect(output.match(/ is gone/g)).toHaveLength(1)
})

test('if one contract has a breaking change, none is released', () => {
  writeReleases('payments', (released) => {
    released.events = { ...released.events, lost: released.events.intentSettled! }
  })
  const before = readReleased(directory)
  const changed = new Map(current).set('cart', { ...current.get('cart')!, version: raised('cart', 'patch') })
  expect(() => releaseContracts([], changed, directory)).toThrow('Cannot release payments')
  expect(readReleased(directory)).toEqual(before)
})

test('a contract that was never released needs a valid version too', () => {
  writeReleases('cart', () => {})
  rmSync(join(directory, 'cart.json'))
  const changed = new Map(current).set('cart', { ...current.get('cart')!, version: '1.0' })
  const output = formatVerdicts(judgeAll(readReleased(directory), changed))
  expect(output).toContain('cart never released -> 1.0\n  The version is "1.0", which is not valid')
  expect(output).not.toContain('it may still change freely')
  expect(() => releaseContracts(['cart'], changed, directory)).toThrow('Cannot release cart')
})

test('a release reports each contract as released or already released', () => {
  releaseContracts([], current, directory)
  const changed = new Map(current).set('cart', { ...current.get('cart')!, version: raised('cart', 'patch') })
  expect(releaseContracts(['cart', 'orders'], changed, directory)).toEqual([
    `cart ${raised('cart', 'patch')} released`,
    `orders ${current.get('orders')!.version} already released`,
  ])
  expect(readReleased(directory).get('cart')!.version).toBe(raised('cart', 'patch'))
  expect(() => releaseContracts(['shop'], changed, directory)).toThrow('no module has this name')
})

test('a file that is not a released contract is refused', () => {
  writeFileSync(join(directory, 'cart.json'), '{"name":"cart"')
  expect(() => readReleased(directory)).toThrow('it is not a released contract')
  writeFileSync(join(directory, 'cart.json'), JSON.stringify(current.get('orders')))
  expect(() => readReleased(directory)).toThrow('it contains the contract "orders"')
})

const inventory = current.get('inventory')!
const inputOf = (now: ContractJson) => now.methods.reserveStock!.input
const changesInTheDocument: Record<string, (now: ContractJson) => void> = {
  'adding a member': (now) => {
    inputOf(now).properties!.note = { type: 'string', maxLength: 200 }
  },
  'renaming a member': (now) => {
    const { reservationId, ...members } = inputOf(now).properties!
    inputOf(now).properties = { ...members, holdId: reservationId! }
    inputOf(now).required = ['holdId', ...Object.keys(members)]
  },
  'removing a method': (now) => {
    now.version = '1.1.0'
    delete now.methods.getAvailability
  },
}

test.each(Object.keys(changesInTheDocument))(
  'docs/contracts.md shows the output of the check for %s',
  (name) => {
    const document = readFileSync(join(root, 'docs/contracts.md'), 'utf8')
    const now = structuredClone({ ...inventory, version: '1.0.0' })
    changesInTheDocument[name]!(now)
    // With the version of the first release, so that the document does not depend on the current version
    const verdict = formatVerdicts(
      judgeAll(new Map([['inventory', { ...inventory, version: '1.0.0' }]]), new Map([['inventory', now]])),
    )
    for (const line of verdict.split('\n\n')[0]!.split('\n')) expect(document).toContain(line.trim())
  },
)
