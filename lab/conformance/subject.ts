import type { ModuleConformance } from '#runtime/contract/conformance.ts'
import type { Contract } from '#runtime/contract/contract.ts'
import { ContractProbe } from './probe.ts'
import { sampleOf } from './samples.ts'
import type { Wire } from './wire.ts'

/** The tested implementation of a contract, with the examples and checks of the module. */
export class Subject {
  readonly contract: Contract
  readonly conformance: ModuleConformance | undefined
  readonly wire: Wire
  readonly probe: ContractProbe

  constructor(contract: Contract, conformance: ModuleConformance | undefined, wire: Wire) {
    this.contract = contract
    this.conformance = conformance
    this.wire = wire
    this.probe = new ContractProbe(contract, wire)
  }

  hasExample(method: string): boolean {
    return this.conformance?.examples[method] !== undefined
  }

  /** Creates an input that the contract accepts: the example of the module, or a sample of the schema. */
  async inputOf(method: string): Promise<unknown> {
    const example = this.conformance?.examples[method]
    return example ? await example(this.probe) : sampleOf(this.contract.methods[method]!.input)
  }
}
