import type { Progress, ProgressListener } from './plans.ts'
import type { Replica } from './replica.ts'

/**
 * Starts replicas in parallel, reports their progress, and resolves when all are ready. When one does not become ready,
 * stops all of them and throws its error.
 */
export async function startReplicas(
  replicas: readonly Replica[],
  onProgress: ProgressListener,
): Promise<void> {
  const began = performance.now()
  try {
    await Promise.all(
      replicas.map(async (replica) => {
        const { name } = replica
        const report = (step: Progress['step'], ms = performance.now() - began) =>
          onProgress({ step, replica: name, pid: replica.pid, ms })
        replica.onMigrating = () => report('migrating')
        replica.start()
        report('starting', 0)
        await replica.ready()
        report('ready')
      }),
    )
  } catch (error) {
    await Promise.all(replicas.map((replica) => replica.stop('end')))
    throw error
  }
}

/** Stops replicas in parallel, reports their progress, and resolves when all have ended. They finish their requests first. */
export async function stopReplicas(
  replicas: readonly Replica[],
  onProgress: ProgressListener,
): Promise<void> {
  const began = performance.now()
  await Promise.all(
    replicas.map(async (replica) => {
      const { name, pid } = replica
      onProgress({ step: 'leaving', replica: name, pid, ms: 0 })
      await replica.stop('leave')
      onProgress({
        step: replica.wasKilled ? 'killed' : 'gone',
        replica: name,
        pid,
        ms: performance.now() - began,
      })
    }),
  )
}
