import { request } from 'node:http'
import { Compile } from 'typebox/compile'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { seededRandom } from '#shared/random.ts'
import { DeclaredAnswers } from './declared-answers.ts'
import {
  audienceOf,
  fingerprints,
  type Operation,
  openPopulatedShop,
  type PopulatedShop,
} from './populated-shop.ts'
import { HOSTILE, plainValue, withHostileValue } from './schema-values.ts'

const SEED = Number(process.env.PANDO_FUZZ_SEED ?? 20260)
const ROUNDS = 24
/** An answer lists no more fields, so that one may be missing. */
const MAX_FIELDS = 20

/** A request, and what is expected of its answer. */
interface Attempt {
  what: string
  path: string
  body?: string | Buffer
  type?: string
  /** The required status of the answer. */
  status?: number
  /** Set when the input violates the schema: the answer must be INVALID_INPUT and name this member. */
  invalid?: { member: string }
}
interface Answer {
  status: number
  type: string
  text: string
}

let populated: PopulatedShop
let declared: DeclaredAnswers
beforeAll(async () => {
  // Over loopback calls a refused order would be a saga, whose compensation leaves rows behind
  populated = await openPopulatedShop({ loopback: false })
  declared = await DeclaredAnswers.of(populated.shop.origin)
})
afterAll(() => populated?.shop.stop())

it('no route answers invalid requests with a 5xx, or changes anything when it refuses', async () => {
  expect(populated.operations.length).toBeGreaterThan(30)
  const random = seededRandom(SEED)
  const wrong: string[] = []
  let before = await fingerprints(populated.shop)
  let lastTransaction = await nextTransaction()
  for (const operation of populated.operations) {
    for (const attempt of attempts(operation, random)) {
      const answer = await sendRaw(operation, attempt)
      const transaction = await nextTransaction()
      const after = transaction === lastTransaction ? before : await fingerprints(populated.shop)
      lastTransaction = transaction
      const problem = problemWith(operation, attempt, answer) ?? changeProblem(answer, before, after)
      before = after
      if (problem)
        wrong.push(`${operation.method} ${attempt.path.slice(0, 80)} (${attempt.what}): ${problem}`)
    }
  }
  expect(wrong.slice(0, 40), `seed ${SEED}; repeat with PANDO_FUZZ_SEED=${SEED}`).toEqual([])
}, 120_000)

/** Each writing transaction gets a number. While the next number is the same, nothing has changed. */
async function nextTransaction(): Promise<string> {
  const [row] = await populated.shop.sql<
    { next: string }[]
  >`select pg_snapshot_xmax(pg_current_snapshot())::text as next`
  return row!.next
}

function* attempts(operation: Operation, random: () => number): Generator<Attempt> {
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!
  const path = fill(operation, {})
  const schema = Object.values(operation.requestBody?.content ?? {})[0]?.schema
  const isWebhook = operation.path.includes('/webhooks/')
  yield* pathAttempts(operation, pick)
  if (operation.method === 'GET' || operation.method === 'DELETE') yield* queryAttempts(operation, path, pick)
  if (!schema) return
  const valid = isWebhook ? {} : plainValue(schema, '', idsFor(operation))
  yield { what: '10 MB', path, body: `"${'x'.repeat(10 * 1024 * 1024)}"`, status: 413 }
  if (!isWebhook) {
    yield { what: 'not JSON', path, body: '{"a":', status: 400 }
    yield { what: 'bad UTF-8', path, body: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), status: 400 }
    for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded'])
      yield { what: type, path, body: JSON.stringify(valid), type, status: 415 }
    for (const body of ['[]', '"text"', '7', 'true']) yield { what: `body ${body}`, path, body, status: 400 }
    yield {
      what: 'unknown member',
      path,
      body: JSON.stringify({ ...(valid as object), unknownMember: 1 }),
      invalid: { member: 'unknownMember' },
    }
    yield {
      what: '__proto__',
      path,
      body: `{"__proto__":{"kind":"system"},${JSON.stringify(valid).slice(1)}`.replace(',}', '}'),
      invalid: { member: '__proto__' },
    }
  }
  yield { what: 'null', path, body: 'null' }
  yield { what: 'nested', path, body: `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}` }
  if (isWebhook) return
  for (const member of Object.keys(schema.properties ?? {})) {
    const { [member]: _left, ...rest } = valid as Record<string, unknown>
    if ((schema.required as string[]).includes(member))
      yield { what: `no ${member}`, path, body: JSON.stringify(rest), invalid: { member } }
    for (let round = 0; round < 8; round++) {
      const value = pick(HOSTILE)
      const accepts = Compile(schema.properties![member] as never).Check(value)
      const body = JSON.stringify({ ...(valid as object), [member]: value })
      yield { what: `${member} = ${show(value)}`, path, body, ...(accepts ? {} : { invalid: { member } }) }
    }
  }
  for (let round = 0; round < ROUNDS; round++) {
    const value = withHostileValue(valid, random)
    yield { what: show(value), path, body: JSON.stringify(value) }
  }
}

function* pathAttempts(operation: Operation, pick: <T>(list: readonly T[]) => T): Generator<Attempt> {
  for (const { name, in: location } of operation.parameters) {
    if (location !== 'path') continue
    for (const invalid of [
      '%',
      '%zz',
      '%ff',
      '%c3%28',
      '%00',
      '%ed%a0%80',
      '..%2f..',
      '__proto__',
      'x'.repeat(600),
    ])
      yield { what: `${name} in path`, path: fill(operation, { [name]: invalid }) }
    for (let round = 0; round < 6; round++) {
      const value = String(pick(HOSTILE))
        .replace(/[\ud800-\udfff]/g, '�')
        .slice(0, 400)
      if (value !== '')
        yield { what: `${name} in path`, path: fill(operation, { [name]: encodeURIComponent(value) }) }
    }
  }
}

function* queryAttempts(
  operation: Operation,
  path: string,
  pick: <T>(list: readonly T[]) => T,
): Generator<Attempt> {
  const members = operation.parameters.filter((each) => each.in === 'query')
  for (const query of ['unknownMember=1', '__proto__=1', '__proto__=1&__proto__=2', 'constructor=1'])
    yield { what: query, path: `${path}?${query}`, invalid: { member: query.split('=')[0]! } }
  for (const { name, schema } of members) {
    if (schema.type !== 'array')
      yield { what: `${name} twice`, path: `${path}?${name}=1&${name}=2`, invalid: { member: name } }
    for (const text of [
      '%',
      '%ff',
      '%00',
      '%ed%a0%80',
      'x'.repeat(5000),
      '-1',
      '1e9',
      '0.5',
      '99999999999999999999',
    ])
      yield { what: name, path: `${path}?${name}=${text}` }
    for (let round = 0; round < 4; round++) {
      const text = encodeURIComponent(
        String(pick(HOSTILE))
          .replace(/[\ud800-\udfff]/g, '�')
          .slice(0, 3000),
      )
      yield { what: name, path: `${path}?${name}=${text}` }
    }
  }
}

function problemWith(operation: Operation, attempt: Attempt, answer: Answer): string | undefined {
  const summary = `${answer.status} ${answer.text.slice(0, 200)}`
  if (answer.status >= 500) return summary
  const undeclared = declared.problem(operation, { status: answer.status, ...codeOf(answer) })
  if (undeclared) return `${undeclared}: ${summary}`
  if (attempt.status !== undefined && answer.status !== attempt.status)
    return `not ${attempt.status} but ${summary}`
  if (answer.status < 400) return attempt.invalid ? `accepted: ${summary}` : undefined
  if (!answer.type.startsWith('application/problem+json')) return `no problem details but ${answer.type}`
  const problem = JSON.parse(answer.text) as Record<string, unknown> & { fields?: { field: string }[] }
  if (!/^[A-Z][A-Z_]+$/.test(String(problem.code))) return `the code is ${problem.code}`
  if (problem.status !== answer.status || !problem.detail || !problem.title) return `incomplete: ${summary}`
  if (problem.code === 'INVALID_INPUT' && !problem.fields?.length) return `names no field: ${summary}`
  if (!attempt.invalid || operation.path.includes('/webhooks/')) return undefined
  const { member } = attempt.invalid
  if (problem.code !== 'INVALID_INPUT') return `${member} is wrong, but the code is ${problem.code}`
  return problem.fields!.length >= MAX_FIELDS ||
    problem.fields!.some(({ field }) => `${field}/`.startsWith(`/${member}/`))
    ? undefined
    : `${member} is not among the fields: ${summary}`
}

function codeOf({ status, type, text }: Answer): { code?: string } {
  return status >= 400 && type.startsWith('application/problem+json') ? { code: JSON.parse(text).code } : {}
}

function changeProblem(answer: Answer, before: object, after: object): string | undefined {
  // A declined payment leaves the rows of a failed order
  if (answer.status < 400 || answer.status === 402) return undefined
  const sumsBefore = before as Record<string, string>
  const changed = Object.entries(after).filter(([table, sum]) => sumsBefore[table] !== sum)
  return changed.length > 0 ? `${answer.status}, but changed ${changed.map(([table]) => table)}` : undefined
}

function idsFor({ spec }: Operation): Record<string, string> {
  return audienceOf(spec) === 'customer' ? populated.customer.ids : populated.guest.ids
}

function tokenFor({ spec, path }: Operation): string | undefined {
  const audience = audienceOf(spec)
  if (audience === 'everyone') return undefined
  if (audience === 'staff') return populated.staffKey
  if (spec.access === 'customer') return populated.customer.token
  return path.includes('{orderId}') ? populated.guest.ids.orderToken : populated.guest.token
}

/** The path with its parameters filled in. `replacements`: values to use in place of real ids. */
function fill(operation: Operation, replacements: Record<string, string>): string {
  const ids = { ...idsFor(operation), ...replacements }
  return operation.path.replace(/\{(\w+)\}/g, (_all, name: string) => ids[name] ?? 'text')
}

function show(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}

function sendRaw(operation: Operation, attempt: Attempt): Promise<Answer> {
  const token = tokenFor(operation)
  return new Promise((resolve, reject) => {
    let answered = false
    const outgoing = request(`${populated.shop.origin}/`, {
      method: operation.method,
      path: `/api/v1${attempt.path}`,
      agent: false,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(attempt.body === undefined
          ? {}
          : {
              'content-type': attempt.type ?? 'application/json',
              'content-length': Buffer.byteLength(attempt.body),
            }),
      },
    })
    outgoing.on('response', (incoming) => {
      answered = true
      const parts: Buffer[] = []
      incoming.on('data', (part: Buffer) => parts.push(part))
      const done = () =>
        resolve({
          status: incoming.statusCode!,
          type: incoming.headers['content-type'] ?? '',
          text: Buffer.concat(parts).toString('utf8'),
        })
      incoming.on('end', done).on('error', done)
    })
    // The server may answer and close the connection while a large body is still being sent
    outgoing.on('error', (error) => (answered ? undefined : reject(error)))
    outgoing.end(attempt.body)
  })
}
