import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto'
import { deriveKey } from '../base/secret.ts'
import { type Caller, isWorkflow } from '../contract/caller.ts'
import type { MethodSpec } from '../contract/contract.ts'
import { type Failure, runtimeFailure } from '../contract/failure.ts'
import type { Sql } from '../database/pool.ts'

/** An idempotency key as it is stored. */
export interface IdempotencyKey {
  /** Identifies the method, the caller and the caller's key. */
  hash: string
  inputHash: string
  /**
   * The key that encrypts a secret answer: 32 bytes derived from the caller's key, which is not stored. Undefined when the
   * answer is not secret.
   */
  encryptionKey: Buffer | undefined
}

/**
 * Combines a caller's key with the method and the caller. The result is hashed, because `scope` (`callerScope`) may contain a
 * secret. The input may contain one too, even a password. So its hash is keyed with the caller's key, which is not stored,
 * and the input cannot be guessed from the table.
 */
export function idempotencyKey(
  method: string,
  scope: string,
  key: string,
  input: unknown,
  secretAnswer = false,
): IdempotencyKey {
  return {
    hash: createHash('sha256').update(`${method}\n${scope}\n${key}`).digest('base64url'),
    inputHash: createHmac('sha256', key).update(canonicalJson(input)).digest('base64url'),
    encryptionKey: secretAnswer ? deriveKey(key, `answer/${method}\n${scope}`) : undefined,
  }
}

/**
 * Whether the answer to this caller is stored for repeats. All guests without a token have the same identity, so they
 * would share their keys. And as a guest chooses the token freely, a secret answer is not stored for guests at all
 * (docs/decisions/0016).
 */
export function keepsAnswer(
  { kind, secretAnswer }: Pick<MethodSpec, 'kind' | 'secretAnswer'>,
  caller: Caller,
): boolean {
  if (kind === 'query') return false
  return caller.kind !== 'guest' || (caller.bearer !== undefined && !secretAnswer)
}

/** Whether a call that may have been executed can be repeated safely: it changes nothing, or a repeat has no effect. */
export function isRepeatable(
  spec: Pick<MethodSpec, 'kind' | 'secretAnswer'>,
  caller: Caller,
  key: string | undefined,
): boolean {
  return spec.kind === 'query' || isWorkflow(caller) || (key !== undefined && keepsAnswer(spec, caller))
}

/** The result of an earlier call with the same key. `running`: the call is a workflow that has no answer yet. */
export type Earlier =
  | { kind: 'answered'; answer: unknown }
  | { kind: 'failed'; failure: StoredFailure }
  | { kind: 'running'; workflowId: string }

/** A failure as the journal stores it. */
export interface StoredFailure {
  code: string
  status: number
  message: string
  data?: unknown
}

/**
 * Finds the result of the first call with this key; undefined when there was none. Throws IDEMPOTENCY_KEY_REUSED when that
 * call had another input.
 */
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
    from ${sql(schema)}.pando_idempotency where key = ${key.hash}
    union all
    select input_hash, answer, id, status, failure
    from ${sql(schema)}.pando_workflow where key = ${key.hash}`
  if (!row) return undefined
  if (row.input_hash !== key.inputHash) {
    throw runtimeFailure(
      'IDEMPOTENCY_KEY_REUSED',
      'Cannot use this Idempotency-Key: it was used with another input before. Make a new key for each new request',
    )
  }
  // Even while the workflow is still being compensated
  if (row.failure) return { kind: 'failed', failure: row.failure }
  // A workflow that waits for a retry has no answer; one that waits as its step decided has one.
  const isWaitingForRetry = row.status === 'waiting' && row.answer === null
  if (row.id && (row.status === 'running' || isWaitingForRetry))
    return { kind: 'running', workflowId: row.id }
  const { encryptionKey } = key
  const answer = encryptionKey ? decrypt(row.answer as EncryptedAnswer, encryptionKey) : row.answer
  return { kind: 'answered', answer }
}

/** Stores the answer in the transaction of its effect. Fails with a unique violation when another call was faster. */
export async function keepAnswer(
  sql: Sql,
  schema: string,
  key: IdempotencyKey,
  answer: unknown,
): Promise<void> {
  const stored = key.encryptionKey ? encrypt(answer, key.encryptionKey) : answer
  await sql`
    insert into ${sql(schema)}.pando_idempotency (key, input_hash, answer)
    values (${key.hash}, ${key.inputHash}, ${sql.json(stored)})`
}

/**
 * Replaces the failure of the workflow in the journal with the one that the handler threw, so that repeats get the
 * handler's failure. Does nothing for a workflow that has not failed permanently.
 */
export async function keepFailure(
  sql: Sql,
  schema: string,
  key: IdempotencyKey,
  { code, status, message, data }: Failure,
): Promise<void> {
  await sql`
    update ${sql(schema)}.pando_workflow set failure = ${sql.json({ code, status, message, data })}
    where key = ${key.hash} and status = 'failed' and failure is not null`
}

/** An answer encrypted with AES-256-GCM (NIST SP 800-38D): nonce, tag and ciphertext in base64url. */
interface EncryptedAnswer {
  sealed: [nonce: string, tag: string, text: string]
}

function encrypt(answer: unknown, key: Buffer): EncryptedAnswer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const text = Buffer.concat([cipher.update(JSON.stringify(answer), 'utf8'), cipher.final()])
  return { sealed: [base64(nonce), base64(cipher.getAuthTag()), base64(text)] }
}

function decrypt({ sealed: [nonce, tag, text] }: EncryptedAnswer, key: Buffer): unknown {
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'))
  decipher.setAuthTag(Buffer.from(tag, 'base64url'))
  const plain = Buffer.concat([decipher.update(text, 'base64url'), decipher.final()])
  return JSON.parse(plain.toString('utf8'))
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64url')
}

/** Writes JSON with members sorted by name, so that equal inputs have equal hashes. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    member !== null && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )
}
