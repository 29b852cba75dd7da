import { InvalidArgumentError } from 'commander'

/** Parses the number of a replica from the command line. */
export function readReplica(value: string): number {
  if (!/^\d{1,3}$/.test(value)) throw new InvalidArgumentError('It must be a number from 0 to 999')
  return Number(value)
}
