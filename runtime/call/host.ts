import type { Log } from '../base/log.ts'
import type { MethodSpec } from '../contract/contract.ts'
import type { Pool } from '../database/pool.ts'
import type { Committed, ModuleDefinition } from '../module/define.ts'
import type { CallsFactory } from './calls-factory.ts'
import { createValidator, type Validator } from './validator.ts'

/** A module that this process runs: its definition, with its pools, services and log. */
export interface HostedModule {
  name: string
  definition: ModuleDefinition
  methods: Map<string, HostedMethod>
  /** How many of its calls, reactions and workflows run now. */
  running: number
  /** The pool for its commits: they wait for the disk unless the module's durability is `relaxed`. */
  sql: Pool
  /** Pools whose commits always wait for the disk, or never do. */
  durableSql: Pool
  relaxedSql: Pool
  /** The URL of its database: modules with the same one can share transactions. Undefined for a module without tables. */
  database: string | undefined
  /**
   * A pool for transactions of several modules, when roles are enforced: its connections may assume each module's role.
   */
  workflowSql: Pool | undefined
  services: unknown
  log: Log
  createCalls: CallsFactory
  /** Is called after each of its commits; `emitted`: the commit has added events to the outbox. */
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

/** Makes the methods of a module from its contract and its handlers. */
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

/** The answer in the result of a handler. Throws when a command returns no proof of a commit. */
export function committedAnswer(method: HostedMethod, result: unknown): unknown {
  if (method.spec.kind === 'query') return result
  if (result !== null && typeof result === 'object' && 'committed' in result)
    return (result as Committed<unknown>).committed
  throw new Error(
    `Cannot answer ${method.id}: a command must return the result of context.commit() or context.unchanged()`,
  )
}
