import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openFaulty } from './faulty-proxy.ts'
import { type Implementation, openModules, SECRET } from './implementations.ts'

const CLI = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))

function pando(...args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [CLI, ...args],
      { env: { ...process.env, PANDO_SECRET: SECRET } },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
    )
  })
}

describe('pando conformance', () => {
  let payments: Implementation
  beforeAll(async () => {
    payments = await openModules()
  })
  afterAll(() => payments.stop())

  const testPayments = (url: string, ...options: string[]) =>
    pando('conformance', 'payments', '--url', url, ...options)

  it('prints a line for each check, and exits with 0 when all pass', async () => {
    const { code, output } = await testPayments(payments.origin, '--only', 'getIntent answers')
    expect(output).toContain('ok      getIntent answers according to its contract\n')
    expect(output).toContain(`${payments.origin} conforms to the contract of payments: 1 check in `)
    expect(code).toBe(0)
  })

  it('prints what a failed check expected and received and how to reproduce it, and exits with 1', async () => {
    const broken = await openFaulty(payments, {
      onRequest: ({ path }) =>
        path === '/rpc/payments/getIntent' ? { status: 500, headers: {}, body: '{}' } : undefined,
    })
    const { code, output } = await testPayments(broken.origin, '--only', 'getIntent answers')
    await broken.stop()
    expect(output).toMatch(
      /^not ok {2}getIntent answers according to its contract\n {8}expected {2}a failure as application.problem.json\n {8}received {2}500 \{/,
    )
    expect(output).toMatch(/\n {8}try it {4}curl -i http:\/\/127/)
    expect(code).toBe(1)
  })

  it('reports that a service has another secret', async () => {
    const { code, output } = await testPayments(payments.origin, '--secret', 'of another deployment')
    expect(output).toMatch(/^pando: Cannot test the service at .*: it refuses the token/)
    expect(code).toBe(1)
  })

  it('refuses an unknown module, and lists the known ones', async () => {
    const { code, output } = await pando('conformance', 'payment', '--url', payments.origin)
    expect(output).toContain(
      'Cannot test "payment": no module has this name. The modules are accounts, cart,',
    )
    expect(code).toBe(1)
  })

  it('accepts the tokens of pando token, each once', async () => {
    const { output } = await pando('token', 'status')
    const headers = { authorization: `Bearer ${output.trim()}` }
    expect((await fetch(`${payments.origin}/status`, { headers })).status).toBe(200)
    expect((await fetch(`${payments.origin}/status`, { headers })).status).toBe(401)
  })
})
