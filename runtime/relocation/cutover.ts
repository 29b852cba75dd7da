import { type BackOff, waitAfter } from '../base/back-off.ts'
import { sqlOf } from '../database/sql.ts'
import {
  FenceBusy,
  isSealed,
  liftFence,
  type NewLocation,
  type RaisedFence,
  raiseFence,
  removeFence,
  sealFence,
} from './fence.ts'
import { endLeases, handOver, planHandOver } from './hand-over.ts'
import type { Direction } from './names.ts'
import { type RelocationContext, sides } from './relocation-context.ts'
import { interruptible, PermanentError, pause } from './retry.ts'
import { holdSnapshot, holdSnapshotAt, type Snapshot } from './snapshot.ts'
import type { StepName } from './steps.ts'

/** Runs a step and records it, without waiting for the record where writers wait. */
export type RunStep = <Answer>(step: StepName, work: () => Promise<Answer>) => Promise<Answer>

const MAX_FENCE_ATTEMPTS = 40
const FENCE_RETRY: BackOff = { firstMs: 50, longestMs: 1000, factor: 1.3 }
const DRAIN_MS = 500

/** The cutover had no effect: writers continue at the sender, and the cutover may be retried. */
export class CutoverAborted extends Error {}

/**
 * Moves the right to write from one side to the other in one attempt: fence, drain, hand over, seal. Returns when
 * writers began to wait, as `performance.now()`. Tries to lift the fence before it throws. After an error the seal may
 * still have been committed: `settleFence` says whether it was.
 */
export async function cutOver(
  context: RelocationContext,
  direction: Direction,
  runStep: RunStep,
): Promise<number> {
  const { plan, moved } = context
  const { sender, receiver } = sides(context, direction)
  await warmUp(context)
  const sequences = await planHandOver(sender, receiver, moved)
  const fence = await runStep('fence', () => raiseFenceWithRetries(context, direction))
  const held: Promise<Snapshot | undefined>[] = []
  try {
    const atSender = holdSnapshot(sender)
    const atReceiver = runStep('drain', () =>
      holdSnapshotAt(receiver, { relocation: plan.id, nonce: fence.nonce, timeoutMs: DRAIN_MS }),
    )
    held.push(atSender, atReceiver)
    const [sent, received] = await Promise.all([atSender, atReceiver])
    if (!received) throw new CutoverAborted(`the last write had not arrived after ${DRAIN_MS} ms`)
    context.snapshots =
      direction === 'forward' ? { source: sent, target: received } : { source: received, target: sent }
    // The target may have a record of an earlier move away. It must be deleted before the seal: after the seal the shop
    // may start with the modules there.
    await runStep('hand over', () =>
      handOver(sender, receiver, moved, { sequences, isFinal: direction === 'forward' }),
    )
    if (!(await runStep('seal', () => sealFence(sender, plan.id, moved, newLocation(context, direction)))))
      throw new CutoverAborted('the lease of the fence had expired')
  } catch (error) {
    // Also release a snapshot that is still being taken.
    context.snapshots = undefined
    for (const each of held) void each.then((snapshot) => snapshot?.release()).catch(() => {})
    await liftFence(sender, plan.id, moved).catch(() => {})
    throw error
  }
  return fence.since
}

/** Lifts the fence unless it is sealed, and returns whether it is. The caller must not try to seal it afterwards. */
export async function settleFence(context: RelocationContext, direction: Direction): Promise<boolean> {
  const { plan, moved } = context
  const { sender } = sides(context, direction)
  await liftFence(sender, plan.id, moved)
  return isSealed(sender, plan.id, moved)
}

/** Allows writes at the receiver, which has all data, and updates the placement of all processes. */
export async function switchOver(context: RelocationContext, direction: Direction): Promise<void> {
  const { plan, moved, control, signal } = context
  if (moved.length > 0) {
    const { receiver } = sides(context, direction)
    // The fence of the move to the target still refuses writes at the source.
    if (direction === 'backward') await removeFence(receiver, moved)
    await endLeases(receiver, moved, direction === 'forward' ? plan.toProcess : plan.fromProcess)
  }
  await interruptible(() => control.switchOver(plan, direction), signal)
}

async function raiseFenceWithRetries(context: RelocationContext, direction: Direction): Promise<RaisedFence> {
  const { plan, moved, signal, onProgress } = context
  for (let attempts = 1; ; attempts++) {
    try {
      return await raiseFence(sides(context, direction).sender, plan.id, moved)
    } catch (error) {
      if (!(error instanceof FenceBusy)) throw error
      if (attempts === MAX_FENCE_ATTEMPTS) {
        throw new PermanentError(
          `other transactions held locks on the tables in each of ${attempts} attempts: end long transactions on ${moved.join(', ')}`,
        )
      }
      onProgress({ note: `other transactions hold locks on the tables (attempt ${attempts})` })
      await pause(waitAfter(attempts, FENCE_RETRY), signal)
    }
  }
}

function newLocation({ plan, control }: RelocationContext, direction: Direction): NewLocation {
  return direction === 'forward'
    ? { toProcess: plan.toProcess, placement: control.placementAfter(plan) }
    : { toProcess: plan.fromProcess, placement: control.placementBefore(plan) }
}

/**
 * Opens connections before the cutover, because to open one takes longer than the whole cutover. The sleep keeps each
 * connection for transactions busy, so that three are opened.
 */
async function warmUp({ source, target }: RelocationContext): Promise<void> {
  await Promise.all(
    [source, target].flatMap((pool) => {
      const single = [1, 2, 3].map(() => pool`select 1`)
      const forTransactions = [1, 2, 3].map(() =>
        pool.transactions.with((connection) => sqlOf(connection)`select pg_sleep(0.01)`),
      )
      return [...single, ...forTransactions]
    }),
  )
}
