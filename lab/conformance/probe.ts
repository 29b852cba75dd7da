import { createValidator } from '#runtime/call/validator.ts'
import type { Probe, ProbeOptions } from '#runtime/contract/conformance.ts'
import type { Contract, MethodSpec } from '#runtime/contract/contract.ts'
import { runtimeFailures } from '#runtime/contract/failure.ts'
import { codeOf, contains, describe, expectAnswer, expectThat, Mismatch } from './check.ts'
import type { Claims } from './token.ts'
import type { Exchange, Wire } from './wire.ts'

/** The caller of methods for customers; the service has no account of this customer. */
const A_CUSTOMER = {
  kind: 'customer',
  customerId: 'cus_00000000000000000000000000000000',
  sessionId: 'ses_00000000000000000000000000000000',
} as const

/** Calls the methods of a contract, and checks each answer against the contract. */
export class ContractProbe implements Probe {
  readonly contract: Contract
  readonly wire: Wire

  constructor(contract: Contract, wire: Wire) {
    this.contract = contract
    this.wire = wire
    for (const [method, { access }] of Object.entries(contract.methods))
      if (access === 'customer') wire.tokens.callAs(`${contract.name}.${method}`, A_CUSTOMER)
  }

  async call(method: string, input: unknown, options: ProbeOptions = {}): Promise<never> {
    const exchange = await this.send(method, input, options)
    expectAnswer(exchange, 200)
    return exchange.json as never
  }

  async fails(method: string, input: unknown, code: string, options: ProbeOptions = {}): Promise<void> {
    const exchange = await this.send(method, input, options)
    expectAnswer(exchange, statusOf(this.#spec(method), code)!, code)
  }

  matches(received: unknown, expected: unknown): void {
    if (contains(received, expected)) return
    throw new Mismatch(JSON.stringify(expected), JSON.stringify(received), this.wire.last)
  }

  deriveKey(purpose: string): Buffer {
    return this.wire.tokens.derive(`${this.contract.name}/${purpose}`)
  }

  /** Sends a call and returns any answer that the contract allows. Throws Mismatch for other answers. */
  async send(method: string, input: unknown, options: ProbeOptions = {}): Promise<Exchange> {
    const { name } = this.contract
    const claims: Claims = {
      ...(options.key === undefined ? {} : { key: options.key }),
      ...(options.caller ? { caller: options.caller } : {}),
    }
    const exchange = await this.wire.send(`/rpc/${name}/${method}`, {
      audience: `${name}.${method}`,
      body: JSON.stringify(input),
      ...(Object.keys(claims).length > 0 ? { token: { claims } } : {}),
      ...(options.timeoutMs === undefined
        ? {}
        : { headers: { 'pando-timeout-ms': String(options.timeoutMs) } }),
    })
    checkAnswer(this.#spec(method), exchange)
    expectThat(exchange.status !== 504 || options.timeoutMs !== undefined, 'an answer in time', exchange)
    return exchange
  }

  #spec(method: string): MethodSpec {
    return this.contract.methods[method]!
  }
}

/** The HTTP status of a failure code, from the contract or the runtime. */
function statusOf(spec: MethodSpec, code: string): number | undefined {
  return spec.failures[code]?.status ?? (runtimeFailures as Record<string, number>)[code]
}

/** Checks an answer against the contract: a success by its schema, a failure by its code, status, format and data. */
function checkAnswer(spec: MethodSpec, exchange: Exchange): void {
  if (exchange.status === 200) {
    const output = createValidator(spec.output)
    const problems = output.accepts(exchange.json) ? [] : output.problems(exchange.json)
    const [first] = problems
    expectThat(
      output.accepts(exchange.json),
      `an answer that matches the schema of the contract (${first ? `${first.field || 'the whole answer'} ${first.message}` : 'it does not match'})`,
      exchange,
    )
    expectThat(
      /^application\/json\b/.test(exchange.answerHeaders['content-type'] ?? ''),
      'application/json',
      exchange,
    )
    return
  }
  checkFailure(exchange)
  const code = codeOf(exchange)!
  const status = statusOf(spec, code)
  expectThat(status !== undefined, 'a code that the contract or the protocol declares', exchange)
  expectThat(status === exchange.status, `status ${status} with the code ${code}`, exchange)
  expectThat(code !== 'INTERNAL', 'an answer other than INTERNAL', exchange)
  const data = spec.failures[code]?.data
  const received = (exchange.json as { data?: unknown }).data
  if (data && !createValidator(data).accepts(received))
    throw new Mismatch(`data of ${code} that match the schema of the contract`, describe(exchange), exchange)
}

/** Checks the format of a failure against RFC 9457 and the protocol. */
export function checkFailure(exchange: Exchange): void {
  const problem = exchange.json as { code?: unknown; status?: unknown; detail?: unknown } | undefined
  expectThat(
    /^application\/problem\+json\b/.test(exchange.answerHeaders['content-type'] ?? ''),
    'a failure as application/problem+json',
    exchange,
  )
  expectThat(typeof problem?.code === 'string', 'a failure with a code', exchange)
  expectThat(typeof problem.detail === 'string', 'a failure with a detail', exchange)
  expectThat(problem.status === exchange.status, `"status": ${exchange.status} in the body`, exchange)
}
