/** How many attempts may fail in a window, for one subject. */
export interface AttemptLimit {
  /** What failures are counted by: an address with a client's network or a device, an address alone, or a customer. */
  subject: string
  max: number
  windowMs: number
}

const MINUTE_MS = 60_000
/** For one client and one address. */
const OF_ONE = { max: 10, windowMs: 15 * MINUTE_MS }
/** For an address, whoever tries. One client cannot use it up: OF_ONE lets it have 40. */
const OF_ALL = { max: 100, windowMs: 60 * MINUTE_MS }

/**
 * What an attempt on an address counts by. A device on which its owner has logged in has a count of its own, so that
 * nobody else's failures keep the owner out; others share one for each network, and one of all for the address.
 */
export function limitsOfAddress(
  address: string,
  from: { clientNetwork: string | undefined; device: string | undefined },
): AttemptLimit[] {
  if (from.device !== undefined) return [{ subject: `${address} device ${from.device}`, ...OF_ONE }]
  return [
    { subject: `${address} from ${from.clientNetwork ?? 'inside'}`, ...OF_ONE },
    { subject: address, ...OF_ALL },
  ]
}

/** What an attempt of a customer who is logged in counts by. */
export function limitsOfCustomer(customerId: string): AttemptLimit[] {
  return [{ subject: customerId, ...OF_ONE }]
}
