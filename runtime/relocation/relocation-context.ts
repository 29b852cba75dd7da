import type { Migratable } from '../database/migrate.ts'
import { openPool, type Pool } from '../database/pool.ts'
import type { Direction } from './names.ts'
import type { ProcessControl, RelocationPlan, RelocationProgress } from './relocation.ts'
import type { Snapshot } from './snapshot.ts'

/** What the steps of one relocation need. */
export interface RelocationContext {
  plan: RelocationPlan
  /** The modules whose tables move; none when only the process changes. */
  moved: readonly string[]
  migratables: readonly Migratable[]
  source: Pool
  target: Pool
  control: ProcessControl
  signal: AbortSignal
  onProgress: (progress: Pick<RelocationProgress, 'rows' | 'lagBytes' | 'note'>) => void
  /** Snapshots of both sides at the cutover, until they are compared. */
  snapshots: { source: Snapshot; target: Snapshot } | undefined
}

/** Which database sends the modules, and which receives them. */
export function sides(
  { source, target }: Pick<RelocationContext, 'source' | 'target'>,
  direction: Direction,
) {
  return direction === 'forward' ? { sender: source, receiver: target } : { sender: target, receiver: source }
}

export interface Databases {
  source: Pool
  target: Pool
  close(): Promise<void>
}

/** Opens pools for both databases. They connect on first use. */
export function openDatabases({ sourceUrl, targetUrl }: RelocationPlan): Databases {
  const open = (url: string) => openPool({ url, max: 3, transactions: 5, name: 'pando relocation' })
  const [source, target] = [open(sourceUrl), open(targetUrl)]
  return {
    source,
    target,
    close: async () => {
      await Promise.all([source.end({ timeout: 1 }), target.end({ timeout: 1 })])
    },
  }
}

/** The modules whose tables move; none when only the process changes. */
export function movedModules(plan: RelocationPlan, migratables: readonly Migratable[]): string[] {
  return plan.sourceUrl === plan.targetUrl ? [] : migratables.map((module) => module.name)
}

export async function releaseSnapshots(context: RelocationContext): Promise<void> {
  const { snapshots } = context
  context.snapshots = undefined
  await Promise.all([snapshots?.source.release(), snapshots?.target.release()])
}
