import { deriveKey } from '../../base/secret.ts'

/** All events of an aggregate are in the same partition, and each partition delivers one event at a time. */
export const PARTITIONS = 8

/** The names of one shop's stream, subjects and consumers in NATS. */
export interface Names {
  stream: string
  /** All subjects of the stream. */
  subjects: string
  /** `name` is `module.event`. */
  subjectOf(consumer: string, aggregate: string, name: string): string
  /** The subjects of one partition of a consumer. */
  filterOf(consumer: string, partition: number): string
  durableOf(consumer: string, partition: number): string
}

/** Makes the names from the shop's secret, so that shops can share a server without sharing events. */
export function namesOf(secret: string): Names {
  const shop = deriveKey(secret, 'nats/name', 4).toString('hex')
  const prefix = `pando.${shop}.events`
  return {
    stream: `pando-${shop}`,
    subjects: `${prefix}.>`,
    subjectOf: (consumer, aggregate, name) => `${prefix}.${consumer}.${partitionOf(aggregate)}.${name}`,
    filterOf: (consumer, partition) => `${prefix}.${consumer}.${partition}.>`,
    durableOf: (consumer, partition) => `${consumer}-${partition}`,
  }
}

/**
 * The partition of an aggregate: FNV-1a over the UTF-8 bytes, which is the same in every process, version and language.
 */
export function partitionOf(aggregate: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(aggregate)) hash = Math.imul(hash ^ byte, 0x01000193)
  return (hash >>> 0) % PARTITIONS
}
