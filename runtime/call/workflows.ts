import type { Failure } from '../contract/failure.ts'
import type { Committed } from '../module/define.ts'
import type { AnyWorkflow, Workflow, WorkflowStatus } from '../module/workflow.ts'
import type { HostedModule } from './host.ts'
import type { IdempotencyKey } from './idempotency.ts'
import type { CallInfo } from './info.ts'

/** What handlers can do with workflows of their module `owner`; `runtime/workflow/engine.ts` implements it. */
export interface Workflows {
  /**
   * Runs a new workflow until it is done, waits or has failed; throws the failure. Its journal keeps `key`, so that a
   * repeat of the call gets the workflow's answer. `onStored` is called once the journal has it.
   */
  start<Answer>(
    owner: HostedModule,
    workflow: Workflow<unknown, object, Answer>,
    input: unknown,
    key: IdempotencyKey | undefined,
    info: Pick<CallInfo, 'traceId'>,
    onStored: () => void,
  ): Promise<Committed<Answer>>
  /** Continues a workflow that waits; undefined when there is none by this id, or another process runs it. */
  resume<Answer>(
    owner: HostedModule,
    workflow: Workflow<unknown, object, Answer>,
    id: string,
    info: Pick<CallInfo, 'traceId'>,
  ): Promise<Committed<Answer> | undefined>
  /** Compensates a workflow that waits and ends it with `failure`; false when it does not wait or cannot turn back. */
  abort(
    owner: HostedModule,
    workflow: AnyWorkflow,
    id: string,
    failure: Failure,
    patch: object,
    info: Pick<CallInfo, 'traceId'>,
  ): Promise<boolean>
  /** Waits while a process runs it, three seconds at most; answers its status then, undefined when there is none. */
  untilSettled(owner: HostedModule, id: string, deadline: number): Promise<WorkflowStatus | undefined>
  /** Waits for the next moment to look whether it has ended. Throws DEADLINE_EXCEEDED shortly before the deadline. */
  settled(id: string, deadline: number): Promise<void>
}
