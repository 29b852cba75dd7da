import type { Log } from '../base/log.ts'
import type { MethodSpec } from '../contract/contract.ts'
import type { Pool } from '../database/pool.ts'
import type { Committed, ModuleDefinition } from '../module/define.ts'
import type { ClientFactory } from './clients.ts'
import { createValidator, type Validator } from './validator.ts'

/** A module that this process runs: its code with what it needs around it. */
export interface HostedModule {
  name: string
  definition: ModuleDefinition
  methods: Map<string, HostedMethod>
  /** Calls, reactions and workflows of it that run at this moment. */
  running: number
  /** Commits of it wait for the disk unless it is `relaxed`. */
  sql: Pool
  /** Commits wait for the disk, or never do, whatever the module's durability. */
  durableSql: Pool
  relaxedSql: Pool
  /** Names the database: modules with equal ones share transactions. */
  database: string
  /** For transactions of several modules, where roles are enforced: connections that may take each module's role. */
  workflowSql: Pool | undefined
  services: unknown
  log: Log
  createCalls: ClientFactory
  /** Called after each commit of it; `emitted` when events wait in its outbox. */
  committed(emitted: boolean): void
  now(): Date
}

export interface HostedMethod {
  /** `module.method`. */
  id: string
  name: string
  module: HostedModule
  spec: MethodSpec
  input: Validator
  output: Validator
  /** `context` is a HandlerContext. */
  handler: (input: unknown, context: object) => Promise<unknown>
}

/** Binds the definition's handlers to their contract. */
export function hostMethods(module: HostedModule): Map<string, HostedMethod> {
  const methods = new Map<string, HostedMethod>()
  for (const [name, spec] of Object.entries(module.definition.contract.methods)) {
    methods.set(name, {
      id: `${module.name}.${name}`,
      name,
      module,
      spec,
      input: createValidator(spec.input),
      output: createValidator(spec.output),
      handler: module.definition.handlers[name] as HostedMethod['handler'],
    })
  }
  return methods
}

/** Takes the answer out of a command's proof of commit. */
export function committedAnswer(method: HostedMethod, result: unknown): unknown {
  if (method.spec.kind === 'query') return result
  if (result !== null && typeof result === 'object' && 'committed' in result)
    return (result as Committed<unknown>).committed
  throw new Error(
    `Cannot answer ${method.id}: a command returns what context.commit() or context.unchanged() gave it`,
  )
}
