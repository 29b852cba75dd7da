import { Type } from 'typebox'
import { createValidator } from '#runtime/call/validator.ts'
import { type Check, expectAnswer, expectThat } from '../check.ts'
import type { Subject } from '../subject.ts'

const Status = Type.Object({
  process: Type.String({ minLength: 1 }),
  replica: Type.Integer({ minimum: 0 }),
  pid: Type.Integer({ minimum: 1 }),
  version: Type.String({ minLength: 1 }),
  startedAt: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$' }),
  modules: Type.Record(
    Type.String(),
    Type.Object({ contract: Type.String({ pattern: '^\\d+\\.\\d+\\.\\d+$' }) }),
  ),
  requests: Type.Object({ total: Type.Integer(), failed: Type.Integer(), running: Type.Integer() }),
  placement: Type.Integer(),
  ready: Type.Boolean(),
})

/** Checks the endpoints of every process other than calls. */
export function endpointChecks(subject: Subject): Check[] {
  const { wire, contract } = subject
  return [
    ...['/health/live', '/health/ready'].map((path) => ({
      name: `${path} answers 200 without a token`,
      run: async () => expectAnswer(await wire.send(path, { method: 'GET' }), 200),
    })),
    {
      name: '/metrics has counters in the text format of Prometheus',
      async run() {
        const exchange = await wire.send('/metrics', { method: 'GET' })
        expectAnswer(exchange, 200)
        const isText = /^text\/plain\b/.test(exchange.answerHeaders['content-type'] ?? '')
        const isMetrics = /^# TYPE \w+ (counter|gauge|histogram|summary)$/m.test(exchange.text)
        const values = exchange.text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
        const areValues = values.every((line) =>
          /^[a-zA-Z_:][\w:]*(\{.*\})? (NaN|[+-]?(Inf|[\d.]+(e[+-]?\d+)?))( \d+)?$/i.test(line),
        )
        expectThat(
          isText && isMetrics && areValues,
          'lines such as `# TYPE name counter` and `name{label="x"} 1`',
          exchange,
        )
      },
    },
    {
      name: `/status describes the process, and lists ${contract.name}`,
      async run() {
        const exchange = await wire.send('/status', { method: 'GET', audience: 'status' })
        expectAnswer(exchange, 200)
        const [problem] = createValidator(Status).problems(exchange.json)
        expectThat(
          problem === undefined,
          `a status as described in docs/protocol.md (${problem?.field} ${problem?.message})`,
          exchange,
        )
        const { modules } = exchange.json as { modules: Record<string, unknown> }
        expectThat(contract.name in modules, `"modules" with ${contract.name}`, exchange)
      },
    },
    {
      name: '/placement ignores versions that are not above the known one',
      async run() {
        const known = await readPlacementVersion(subject)
        for (const version of new Set([0, known])) {
          const body = JSON.stringify({ version, modules: { [contract.name]: ['http://127.0.0.1:1'] } })
          expectAnswer(await wire.send('/placement', { body, audience: 'placement' }), 204)
          const after = await readPlacementVersion(subject)
          expectThat(
            after === known,
            `"placement": ${known} after an update to version ${version}`,
            wire.last,
          )
          // A service that applied the update has given the module away, and answers 421.
          const call = await wire.send(`/rpc/${contract.name}/unknownMethod`, {
            audience: `${contract.name}.unknownMethod`,
          })
          expectAnswer(call, 404, 'NOT_FOUND')
        }
      },
    },
    ...versionChecks(subject),
    ...[
      ['GET', '/status'],
      ['GET', '/versions'],
      ['POST', '/placement'],
      ['POST', `/events/${contract.name}`],
    ].map(([method, path]) => ({
      name: `${path} is refused without a token`,
      run: async () =>
        expectAnswer(await wire.send(path!, { method: method as 'GET' | 'POST' }), 401, 'UNAUTHENTICATED'),
    })),
    {
      name: 'the internal port serves no other paths',
      run: async () => expectAnswer(await wire.send('/', { method: 'GET' }), 404),
    },
  ]
}

function versionChecks(subject: Subject): Check[] {
  const { wire, contract, conformance } = subject
  const checks: Check[] = [
    {
      name: '/versions sends lines with lists of modules, at least every five seconds',
      async run() {
        const started = Date.now()
        const lines = await wire.readLines('/versions', 'versions', (all) => all.length >= 2)
        const exchange = wire.last!
        expectAnswer(exchange, 200)
        expectThat(
          /^application\/x-ndjson\b/.test(exchange.answerHeaders['content-type'] ?? ''),
          'application/x-ndjson',
          exchange,
        )
        expectThat(
          lines.length >= 2 && lines.every(isListOfNames),
          'lines with JSON arrays of names',
          exchange,
        )
        expectThat(Date.now() - started < 12_000, 'two lines in less than 12 s', exchange)
      },
    },
  ]
  const command = Object.keys(conformance?.examples ?? {}).find(
    (method) => contract.methods[method]!.kind === 'command' && !contract.methods[method]!.outside,
  )
  if (command)
    checks.push({
      name: `/versions names ${contract.name} when ${command} has changed something`,
      async run() {
        let execution: Promise<void> | undefined
        let failure: unknown
        const lines = await wire.readLines('/versions', 'versions', (all) => {
          // The command runs when the first line shows that the stream is open.
          execution ??= execute(subject, command).catch((error: unknown) => {
            failure = error
          })
          return failure !== undefined || all.some((line) => line.includes(`"${contract.name}"`))
        })
        await execution
        if (failure !== undefined) throw failure
        expectThat(
          lines.some((line) => line.includes(`"${contract.name}"`)),
          `a line with "${contract.name}"`,
          wire.last,
        )
      },
    })
  return checks
}

async function readPlacementVersion({ wire }: Subject): Promise<number> {
  const exchange = await wire.send('/status', { method: 'GET', audience: 'status' })
  const version = (exchange.json as { placement?: unknown } | undefined)?.placement
  expectThat(typeof version === 'number', 'a status with "placement"', exchange)
  return version
}

async function execute(subject: Subject, command: string): Promise<void> {
  await subject.probe.call(command, await subject.inputOf(command))
}

function isListOfNames(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line)
    return Array.isArray(value) && value.every((each) => typeof each === 'string')
  } catch {
    return false
  }
}
