import type { Log } from '../base/log.ts'
import type { ModuleDefinition } from '../module/define.ts'
import { createCallsFactory } from './calls-factory.ts'
import type { Dispatcher } from './dispatch.ts'
import { type HostedModule, hostMethods } from './host.ts'

/** Hosts a module without tables and needs. Its handlers get only a log. */
export function hostAlone(dispatcher: Dispatcher, definition: ModuleDefinition, log: Log): void {
  const { contract } = definition
  const hosted = {
    name: contract.name,
    definition,
    methods: new Map(),
    log,
    now: () => new Date(),
    createCalls: createCallsFactory({}, () => Promise.resolve()),
    committed: () => {},
  } as unknown as HostedModule
  hosted.methods = hostMethods(hosted)
  dispatcher.registerContract(contract)
  dispatcher.modules.set(contract.name, hosted)
}
