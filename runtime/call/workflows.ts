import type { Failure } from '../contract/failure.ts'
import type { Committed } from '../module/define.ts'
import type { AnyWorkflow, Workflow, WorkflowStatus } from '../module/workflow.ts'
import type { HostedModule } from './host.ts'
import type { IdempotencyKey } from './idempotency.ts'
import type { CallInfo } from './info.ts'

/** The operations on workflows for handlers of their module, `owner`. `runtime/workflow/engine.ts` implements them. */
export interface Workflows {
  /**
   * Runs a new workflow until it is settled. Throws its failure. The journal records `key`, so that a repeat of the
   * call gets the workflow's answer. `onStored` is called when the journal has the workflow.
   */
  start<Answer>(
    owner: HostedModule,
    workflow: Workflow<unknown, object, Answer>,
    input: unknown,
    key: IdempotencyKey | undefined,
    info: Pick<CallInfo, 'traceId'>,
    onStored: () => void,
  ): Promise<Committed<Answer>>
  /** Resumes a workflow that waits; undefined when no workflow with this id waits, or another call runs it. */
  resume<Answer>(
    owner: HostedModule,
    workflow: Workflow<unknown, object, Answer>,
    id: string,
    info: Pick<CallInfo, 'traceId'>,
  ): Promise<Committed<Answer> | undefined>
  /**
   * Compensates a workflow that waits, and ends it with `failure`; `patch` is merged into its state before. False when it
   * does not wait, or is past a final step.
   */
  abort(
    owner: HostedModule,
    workflow: AnyWorkflow,
    id: string,
    failure: Failure,
    patch: object,
    info: Pick<CallInfo, 'traceId'>,
  ): Promise<boolean>
  /**
   * Waits until a workflow is settled, three seconds at most. Returns its status then; undefined when there is no such
   * workflow.
   */
  untilSettled(owner: HostedModule, id: string, deadline: number): Promise<WorkflowStatus | undefined>
  /**
   * Waits until it is time to read the status of a workflow again. Throws DEADLINE_EXCEEDED shortly before the deadline.
   */
  untilNextRead(id: string, deadline: number): Promise<void>
}
