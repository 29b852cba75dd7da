import { spawn } from 'node:child_process'

/** The checks, in the order in which to fix them: a later one may fail because an earlier one does. None needs a database. */
const checks = {
  format: ['biome', 'format', '.'],
  lint: ['biome', 'check', '--formatter-enabled=false', '.'],
  types: ['tsc'],
  boundaries: ['node', 'scripts/check-boundaries.ts'],
  unused: ['knip'],
  contracts: ['node', 'cli/pando.mjs', 'contracts', 'check'],
  start: ['node', 'scripts/check-start.ts'],
  docs: ['node', 'scripts/generate-docs.ts', '--check'],
  repository: ['node', 'scripts/check-repository.ts'],
}

interface Result {
  name: string
  passed: boolean
  seconds: string
}

const results: Result[] = []
for (const [name, command] of Object.entries(checks)) results.push(await runCheck(name, command))

const failed = results.filter((result) => !result.passed)
console.log('\nChecks:')
for (const { name, passed, seconds } of results) {
  console.log(`  ${passed ? 'passed' : 'FAILED'}  ${name.padEnd(12)} ${seconds} s`)
}
if (failed.length > 0) {
  console.log(
    `\n${failed.length} of ${results.length} checks failed: ${failed.map(({ name }) => name).join(', ')}`,
  )
  process.exitCode = 1
}

/** Runs a check, and prints its output only when it fails. */
async function runCheck(name: string, [program = '', ...args]: string[]): Promise<Result> {
  const began = performance.now()
  const { code, output } = await run(program, args)
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  if (code !== 0) console.log(`\n--- ${name}: ${[program, ...args].join(' ')}\n${output.trimEnd()}`)
  return { name, passed: code === 0, seconds }
}

function run(program: string, args: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.stderr.on('data', (chunk) => {
      output += chunk
    })
    child.on('error', (error) =>
      resolve({
        code: 1,
        output: `Cannot run "${program}": ${error.message}. Start the checks with "npm run check"`,
      }),
    )
    child.on('close', (code) => resolve({ code, output }))
  })
}
