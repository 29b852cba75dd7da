import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto'
import { deriveKey } from '../base/secret.ts'
import { type Caller, isWorkflow } from '../contract/caller.ts'
import type { MethodSpec } from '../contract/contract.ts'
import { type Failure, runtimeFailure } from '../contract/failure.ts'
import type { Sql } from '../database/pool.ts'

/** A key as it is stored, and the hash of what was asked with it. */
export interface IdempotencyKey {
  stored: string
  inputHash: string
  /** Seals the answer, where that is secret: 32 bytes that follow from the caller's key, which is stored nowhere. */
  seal: Buffer | undefined
}

/**
 * Scopes a caller's key to the method and the caller; it is hashed, because a scope may hold a secret. So may the input,
 * even a password: its hash is keyed with the caller's key, which is stored nowhere, so that nobody can guess it from
 * the table.
 */
export function idempotencyKey(
  method: string,
  scope: string,
  key: string,
  input: unknown,
  secretAnswer = false,
): IdempotencyKey {
  return {
    stored: createHash('sha256').update(`${method}\n${scope}\n${key}`).digest('base64url'),
    inputHash: createHmac('sha256', key).update(canonicalJson(input)).digest('base64url'),
    seal: secretAnswer ? deriveKey(key, `answer/${method}\n${scope}`) : undefined,
  }
}

/**
 * Whether the answer to this caller is kept for a repeat. A guest without a bearer is nobody, so that their key would be
 * everybody's; and as a guest chooses the bearer, an answer with a secret is kept for no guest (docs/decisions/0016).
 */
export function keepsAnswer(
  { kind, secretAnswer }: Pick<MethodSpec, 'kind' | 'secretAnswer'>,
  caller: Caller,
): boolean {
  if (kind === 'query') return false
  return caller.kind !== 'guest' || (caller.bearer !== undefined && !secretAnswer)
}

/** Whether a call may be made again although it may have been executed: it changes nothing, or bears a repeat. */
export function isRepeatable(
  spec: Pick<MethodSpec, 'kind' | 'secretAnswer'>,
  caller: Caller,
  key: string | undefined,
): boolean {
  return spec.kind === 'query' || isWorkflow(caller) || (key !== undefined && keepsAnswer(spec, caller))
}

/** What became of an earlier call with the same key. `running`: it is a workflow that has not got an answer yet. */
export type Earlier =
  | { kind: 'answered'; answer: unknown }
  | { kind: 'failed'; failure: StoredFailure }
  | { kind: 'running'; workflowId: string }

/** A failure as the workflow's journal keeps it. */
export interface StoredFailure {
  code: string
  status: number
  message: string
  data?: unknown
}

/** Finds the first answer to this key. Throws IDEMPOTENCY_KEY_REUSED when it answered another input. */
export async function findAnswer(
  sql: Sql,
  schema: string,
  key: IdempotencyKey,
): Promise<Earlier | undefined> {
  const [row] = await sql<
    {
      input_hash: string
      answer: unknown
      id: string | null
      status: string | null
      failure: StoredFailure | null
    }[]
  >`
    select input_hash, answer, null as id, null as status, null as failure
    from ${sql(schema)}.pando_idempotency where key = ${key.stored}
    union all
    select input_hash, answer, id, status, failure
    from ${sql(schema)}.pando_workflow where key = ${key.stored}`
  if (!row) return undefined
  if (row.input_hash !== key.inputHash) {
    throw runtimeFailure(
      'IDEMPOTENCY_KEY_REUSED',
      'Cannot use this Idempotency-Key: it was used with another input before. Make a new key for each new request',
    )
  }
  if (row.failure) return { kind: 'failed', failure: row.failure }
  const waits = row.status === 'waiting' && row.answer === null
  if (row.id && (row.status === 'running' || row.status === 'undoing' || waits))
    return { kind: 'running', workflowId: row.id }
  return { kind: 'answered', answer: key.seal ? unseal(row.answer as Sealed, key.seal) : row.answer }
}

/** Keeps the answer in the effect's own transaction; fails it with a unique violation when another call was faster. */
export async function keepAnswer(
  sql: Sql,
  schema: string,
  key: IdempotencyKey,
  answer: unknown,
): Promise<void> {
  await sql`
    insert into ${sql(schema)}.pando_idempotency (key, input_hash, answer)
    values (${key.stored}, ${key.inputHash}, ${sql.json(key.seal ? seal(answer, key.seal) : answer)})`
}

/**
 * Keeps what the handler made of its workflow's failure, so that a repeat is answered alike. A workflow that has not failed
 * for good stays as it is.
 */
export async function keepFailure(
  sql: Sql,
  schema: string,
  key: IdempotencyKey,
  { code, status, message, data }: Failure,
): Promise<void> {
  await sql`
    update ${sql(schema)}.pando_workflow set failure = ${sql.json({ code, status, message, data })}
    where key = ${key.stored} and status = 'failed' and failure is not null`
}

/** An answer under AES-256-GCM (NIST SP 800-38D): nonce, tag and text in base64url. */
interface Sealed {
  sealed: [nonce: string, tag: string, text: string]
}

function seal(answer: unknown, key: Buffer): Sealed {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const text = Buffer.concat([cipher.update(JSON.stringify(answer), 'utf8'), cipher.final()])
  return { sealed: [base64(nonce), base64(cipher.getAuthTag()), base64(text)] }
}

function unseal({ sealed: [nonce, tag, text] }: Sealed, key: Buffer): unknown {
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'))
  decipher.setAuthTag(Buffer.from(tag, 'base64url'))
  const plain = Buffer.concat([decipher.update(text, 'base64url'), decipher.final()])
  return JSON.parse(plain.toString('utf8'))
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64url')
}

/** JSON with members in the order of their names, so that equal inputs have equal hashes. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    member !== null && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )
}
