import { randomBytes, randomUUID } from 'node:crypto'
import { type Check, expectAnswer, expectThat } from '../check.ts'
import { checkFailure } from '../probe.ts'
import type { Subject } from '../subject.ts'
import type { Claims, TokenOptions } from '../token.ts'
import type { Exchange } from '../wire.ts'

const seconds = () => Date.now() / 1000

/** Tokens that no method may accept. Functions, because the times in a token must be current. */
const REFUSED: Record<string, () => TokenOptions & { audience?: string }> = {
  'signed with another key': () => ({ signingKey: randomBytes(32) }),
  'without a signature (alg none)': () => ({
    header: { alg: 'none', typ: 'JWT' },
    signingKey: Buffer.alloc(0),
  }),
  'with another algorithm in its header': () => ({ header: { alg: 'HS512', typ: 'JWT' } }),
  'that has expired': () => ({ claims: { iat: seconds() - 61, exp: seconds() - 1 } }),
  'from the future': () => ({ claims: { iat: seconds() + 60, exp: seconds() + 100 } }),
  'that is valid for too long': () => ({ claims: { iat: seconds(), exp: seconds() + 300 } }),
  'without exp': () => ({ claims: { exp: undefined } }),
  'without iat': () => ({ claims: { iat: undefined } }),
  'without jti': () => ({ claims: { jti: undefined } }),
  'without caller': () => ({ claims: { caller: undefined } }),
  'with an unknown kind of caller': () => ({
    claims: { caller: { kind: 'owner' } as unknown as NonNullable<Claims['caller']> },
  }),
  'for another method': () => ({ claims: { aud: 'nowhere.nothing' } }),
  'without an audience': () => ({ claims: { aud: undefined } }),
  'for another body': () => ({ claims: { body: 'x'.repeat(43) } }),
  'without a body': () => ({ claims: { body: undefined } }),
}

/** The other tokens are checked for one method, because the same code of a service reads the tokens of all methods. */
const CHECKED_FOR_EACH_METHOD = [
  'signed with another key',
  'that has expired',
  'for another method',
  'for another body',
]

/** Checks that each call needs a valid token, and that no token is accepted twice. */
export function tokenChecks(subject: Subject): Check[] {
  const { name, methods } = subject.contract
  const [first] = Object.keys(methods)
  return Object.entries(methods).flatMap(([method, spec]) => [
    {
      name: `${method} refuses a call without a token`,
      async run() {
        const input = JSON.stringify(await subject.inputOf(method))
        const exchange = await subject.wire.send(`/rpc/${name}/${method}`, { body: input })
        expectRefused(exchange)
      },
    },
    ...Object.keys(REFUSED)
      .filter((kind) => method === first || CHECKED_FOR_EACH_METHOD.includes(kind))
      .map((kind) => refusalCheck(subject, method, kind)),
    replayCheck(subject, method),
    ...(spec.access === 'internal' && !spec.identifies ? [edgeRefusalCheck(subject, method)] : []),
  ])
}

function refusalCheck(subject: Subject, method: string, kind: string): Check {
  const { name } = subject.contract
  return {
    name: `${method} refuses a token ${kind}`,
    async run() {
      const body = JSON.stringify(await subject.inputOf(method))
      const exchange = await subject.wire.send(`/rpc/${name}/${method}`, {
        body,
        audience: `${name}.${method}`,
        token: REFUSED[kind]!(),
      })
      expectRefused(exchange)
    },
  }
}

function replayCheck(subject: Subject, method: string): Check {
  const { name } = subject.contract
  return {
    name: `${method} accepts a token once`,
    async run() {
      const body = JSON.stringify(await subject.inputOf(method))
      const authorization = `Bearer ${subject.wire.tokens.make(`${name}.${method}`, body, { claims: { jti: randomUUID() } })}`
      const send = () => subject.wire.send(`/rpc/${name}/${method}`, { body, headers: { authorization } })
      const answer = await send()
      expectThat(!('www-authenticate' in answer.answerHeaders), 'a valid token to be accepted', answer)
      expectRefused(await send())
    },
  }
}

function edgeRefusalCheck(subject: Subject, method: string): Check {
  const { name } = subject.contract
  return {
    name: `${method} is internal and refused to the edge`,
    async run() {
      const exchange = await subject.wire.send(`/rpc/${name}/${method}`, {
        body: JSON.stringify(await subject.inputOf(method)),
        audience: `${name}.${method}`,
        token: { claims: { iss: 'edge', caller: { kind: 'guest' } } },
      })
      expectAnswer(exchange, 403, 'FORBIDDEN')
    },
  }
}

/** Expects the refusal of a token. Its header distinguishes it from the 401 of a method whose caller must log in. */
function expectRefused(exchange: Exchange): void {
  expectAnswer(exchange, 401, 'UNAUTHENTICATED')
  checkFailure(exchange)
  expectThat(
    /^Bearer\b/i.test(exchange.answerHeaders['www-authenticate'] ?? ''),
    'the header WWW-Authenticate: Bearer with it',
    exchange,
  )
}
