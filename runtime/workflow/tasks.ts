import type { SharedTransaction } from '../call/call.ts'
import type { Dispatcher } from '../call/dispatch.ts'
import type { Caller } from '../contract/caller.ts'
import type { EngineOptions } from './options.ts'
import { isUnheardOf } from './progress.ts'
import type { Task } from './task.ts'

interface Surroundings extends Pick<EngineOptions, 'enter'> {
  dispatcher: Dispatcher
  /** In whose name the modules are called. */
  caller: Caller
  traceId: string
}

/**
 * Runs the tasks of a segment in a transaction, in order, and answers the state after them. A task whose answer nobody
 * keeps is not waited for: the next one's statements follow on the same connection, which executes them in order, and a
 * round trip is saved. All have ended when this returns or throws, so that nothing comes after the transaction's end.
 */
export async function runTasks(
  tasks: readonly Task[],
  before: object,
  shared: SharedTransaction,
  surroundings: Surroundings,
): Promise<object> {
  let state = before
  const running: Promise<object>[] = []
  try {
    for (const task of tasks) {
      const ended = runTask(task, state, shared, surroundings)
      running.push(ended)
      // A failure is thrown below, in the order of the tasks.
      ended.catch(() => {})
      if (surroundings.enter || task.save || task.step?.decide) state = await ended
    }
  } catch {
    // The first failure counts: this one may be its consequence, as the transaction is over after it.
  }
  for (const outcome of await Promise.allSettled(running))
    if (outcome.status === 'rejected') throw outcome.reason
  return state
}

async function runTask(
  task: Task,
  state: object,
  shared: SharedTransaction,
  { enter, dispatcher, caller, traceId }: Surroundings,
): Promise<object> {
  await enter?.(shared, task.module)
  let output: unknown
  try {
    output = await dispatcher.execute(dispatcher.method(task.module, task.method), {
      input: task.input(state),
      info: { caller, deadline: Number.MAX_SAFE_INTEGER, traceId, openTransactions: 0 },
      shared,
    })
  } catch (error) {
    // A step that was rolled back with its transaction may be among those that are undone.
    if (!task.step && isUnheardOf(error)) return state
    throw error
  }
  const decision = task.step?.decide?.(output as never, state)
  if (decision && decision.next !== 'go')
    throw new Error(
      `Cannot ${decision.next} at step "${task.name}" of a workflow: it runs inside a transaction`,
    )
  return { ...state, ...task.save?.(output as never, state) }
}
