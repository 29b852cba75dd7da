import type { Process, Topology } from '../topology/topology.ts'
import type { ReplicaPlan } from './replica.ts'

export type LaunchPlan = Pick<ReplicaPlan, 'command' | 'environment' | 'inherit' | 'signals'>

/** A replica to be started. `topology`: the one that has its process, asked for at each start. */
export interface LaunchPlace {
  process: Process
  index: number
  internalPort: number
  /** Under which the others will know it. */
  origin: string
  topology: () => Topology
}

/** A step of a change, with the time that it took. */
export interface Progress {
  step: 'starting' | 'ready' | 'switched' | 'leaving' | 'gone'
  /** Such as `payments.1`; of a switch, none. */
  replica?: string
  pid?: number | undefined
  ms: number
}

export type Tell = (progress: Progress) => void
