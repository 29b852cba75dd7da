import { sqlOf } from '../database/sql.ts'
import {
  FenceBusy,
  type Forwarding,
  isSealed,
  liftFence,
  openPlace,
  type RaisedFence,
  raiseFence,
  sealFence,
} from './fence.ts'
import { endLeases, handOver, planHandOver } from './hand-over.ts'
import type { Direction } from './names.ts'
import type { StepName } from './relocation.ts'
import { type RelocationContext, sides } from './relocation-context.ts'
import { interruptible, PermanentError, rest } from './retry.ts'
import { holdSnapshot, holdSnapshotAt, type Snapshot } from './snapshot.ts'

/** Notes a step and takes it, without waiting for the note: writers wait. */
export type TakeQuickly = <Answer>(step: StepName, work: () => Promise<Answer>) => Promise<Answer>

const MAX_FENCE_TRIES = 40
const DRAIN_MS = 500

/** What was tried came to nothing: writers go on where they were, and it may be tried again. */
export class CutoverMissed extends Error {}

/**
 * Moves the right to write from one side to the other, once: fence, drain, hand over, seal. Resolves with the moment
 * since which writers have waited. When it throws anything, the fence has been lifted if that was possible; whether the
 * seal was committed before an error is for `settleFence` to tell.
 */
export async function cutOver(
  context: RelocationContext,
  direction: Direction,
  take: TakeQuickly,
): Promise<number> {
  const { plan, moved } = context
  const { giver, taker } = sides(context, direction)
  await warmUp(context)
  const sequences = await planHandOver(giver, taker, moved)
  const fence = await take('fence', () => raiseWithPatience(context, direction))
  const held: Promise<Snapshot | undefined>[] = []
  try {
    const before = holdSnapshot(giver)
    const arrived = take('drain', () =>
      holdSnapshotAt(taker, { relocation: plan.id, nonce: fence.nonce, timeoutMs: DRAIN_MS }),
    )
    held.push(before, arrived)
    const [left, come] = await Promise.all([before, arrived])
    if (!come) throw new CutoverMissed(`the last write had not come after ${DRAIN_MS} ms`)
    context.snapshots =
      direction === 'forth' ? { source: left, target: come } : { source: come, target: left }
    // Where they come to stay, the word of an earlier move away must be gone before the seal: the shop may start from it.
    await take('hand over', () =>
      handOver(giver, taker, moved, { sequences, settles: direction === 'forth' }),
    )
    if (!(await take('seal', () => sealFence(giver, plan.id, moved, forwarding(context, direction)))))
      throw new CutoverMissed('the fence had expired')
  } catch (error) {
    // One that is held only later must not be kept either.
    context.snapshots = undefined
    for (const each of held) void each.then((snapshot) => snapshot?.release()).catch(() => {})
    await liftFence(giver, plan.id, moved).catch(() => {})
    throw error
  }
  return fence.since
}

/** Ends what is left of a fence that was not sealed, and tells whether it was. Nothing may come after it that seals. */
export async function settleFence(context: RelocationContext, direction: Direction): Promise<boolean> {
  const { plan, moved } = context
  const { giver } = sides(context, direction)
  await liftFence(giver, plan.id, moved)
  return isSealed(giver, plan.id, moved)
}

/** Lets the other side write, which has all that was written, and tells the processes. */
export async function switchOver(context: RelocationContext, direction: Direction): Promise<void> {
  const { plan, moved, control, signal } = context
  if (moved.length > 0) {
    const { taker } = sides(context, direction)
    // Where they come back to, the fence still stands.
    if (direction === 'back') await openPlace(taker, moved)
    await endLeases(taker, moved, direction === 'forth' ? plan.toProcess : plan.fromProcess)
  }
  await interruptible(() => control.switchOver(plan, direction), signal)
}

async function raiseWithPatience(context: RelocationContext, direction: Direction): Promise<RaisedFence> {
  const { plan, moved, signal, onProgress } = context
  for (let tries = 1; ; tries++) {
    try {
      return await raiseFence(sides(context, direction).giver, plan.id, moved)
    } catch (error) {
      if (!(error instanceof FenceBusy)) throw error
      if (tries === MAX_FENCE_TRIES) {
        throw new PermanentError(
          `other transactions held the tables each of ${tries} times: end long transactions on ${moved.join(', ')}`,
        )
      }
      onProgress({ note: `other transactions hold the tables (${tries})` })
      await rest(Math.min(50 * tries, 1000), signal)
    }
  }
}

function forwarding({ plan, control }: RelocationContext, direction: Direction): Forwarding {
  return direction === 'forth'
    ? { toProcess: plan.toProcess, placement: control.placementAfter(plan) }
    : { toProcess: plan.fromProcess, placement: control.placementBefore(plan) }
}

/** A connection takes longer to open than the whole cutover. */
async function warmUp({ source, target }: RelocationContext): Promise<void> {
  await Promise.all(
    [source, target].flatMap((pool) => {
      const single = [1, 2, 3].map(() => pool`select 1`)
      const own = [1, 2, 3].map(() =>
        pool.transactions.with((connection) => sqlOf(connection)`select pg_sleep(0.01)`),
      )
      return [...single, ...own]
    }),
  )
}
