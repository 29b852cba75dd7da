import type { SharedTransaction } from '../call/call.ts'
import type { Dispatcher } from '../call/dispatch.ts'
import type { Caller } from '../contract/caller.ts'
import type { EngineOptions } from './options.ts'
import { isNothingToCompensate } from './progress.ts'
import type { Task } from './task.ts'

interface TaskContext extends Pick<EngineOptions, 'enter'> {
  dispatcher: Dispatcher
  caller: Caller
  traceId: string
}

/**
 * Runs the tasks of a segment in a transaction, in order, and returns the state after them. It waits only for tasks
 * whose answer is used: the statements of the next task follow on the same connection, which executes them in order,
 * and this saves a round trip. All tasks have ended when it returns or throws, so none sends statements after the
 * transaction's end.
 */
export async function runTasks(
  tasks: readonly Task[],
  before: object,
  shared: SharedTransaction,
  context: TaskContext,
): Promise<object> {
  let state = before
  const running: Promise<object>[] = []
  try {
    for (const task of tasks) {
      const ended = runTask(task, state, shared, context)
      running.push(ended)
      // A failure is thrown below, in the order of the tasks.
      ended.catch(() => {})
      if (context.enter || task.save || task.step?.decide) state = await ended
    }
  } catch {
    // The first failure is thrown below. This one may be its consequence, since a failure ends the transaction.
  }
  for (const outcome of await Promise.allSettled(running))
    if (outcome.status === 'rejected') throw outcome.reason
  return state
}

async function runTask(
  task: Task,
  state: object,
  shared: SharedTransaction,
  { enter, dispatcher, caller, traceId }: TaskContext,
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
    // A step that was rolled back with its transaction may be among those that are compensated.
    if (!task.step && isNothingToCompensate(error)) return state
    throw error
  }
  const decision = task.step?.decide?.(output as never, state)
  if (decision && decision.next !== 'go')
    throw new Error(
      `Cannot ${decision.next} at the step "${task.name}" of a workflow: the step runs inside a transaction`,
    )
  return { ...state, ...task.save?.(output as never, state) }
}
