/** The maximum of failed attempts in a time window, for one subject. */
export interface AttemptLimit {
  /** The key of the count: an address with a network or a device, an address alone, or a customer id. */
  subject: string
  max: number
  windowMs: number
}

const MINUTE_MS = 60_000
/** For one address from one network or device. */
const PER_CLIENT = { max: 10, windowMs: 15 * MINUTE_MS }
/**
 * For one address from all networks. A single network cannot use it up, because PER_CLIENT allows about 40 per hour.
 */
const PER_ADDRESS = { max: 100, windowMs: 60 * MINUTE_MS }

/**
 * The limits of an attempt on an address, the narrow one first. A device on which the owner has logged in has its own
 * count, so that failures of strangers cannot lock the owner out. All other attempts count for their network and for
 * the address. `clientNetwork` is undefined for calls from inside the shop.
 */
export function limitsOfAddress(
  address: string,
  from: { clientNetwork: string | undefined; device: string | undefined },
): AttemptLimit[] {
  if (from.device !== undefined) return [{ subject: `${address} device ${from.device}`, ...PER_CLIENT }]
  return [
    { subject: `${address} from ${from.clientNetwork ?? 'inside'}`, ...PER_CLIENT },
    { subject: address, ...PER_ADDRESS },
  ]
}

/** The limits of an attempt by a logged-in customer. */
export function limitsOfCustomer(customerId: string): AttemptLimit[] {
  return [{ subject: customerId, ...PER_CLIENT }]
}
