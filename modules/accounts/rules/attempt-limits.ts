/** The maximum of failed attempts in a time window, for one subject. */
export interface AttemptLimit {
  /** The key of the count: an email address with a network or a device, an email address alone, or a customer id. */
  subject: string
  max: number
  windowMs: number
}

const MINUTE_MS = 60_000
/** For one email address from one network or known device, or for one customer. */
const NARROW = { max: 10, windowMs: 15 * MINUTE_MS }
/** For one email address from all networks. A single network cannot use it up: NARROW allows it at most 50 per hour. */
const WIDE = { max: 100, windowMs: 60 * MINUTE_MS }

/**
 * The limits of an attempt on an email address, the narrow one first. A device on which the owner has logged in has its
 * own count, so that failures of strangers cannot lock the owner out. All other attempts count for their network and for
 * the email address. `knownDevice` is the hash of the device's token, undefined for an unknown device. `clientNetwork`
 * is undefined for calls from inside the shop.
 */
export function limitsOfEmail(
  emailKey: string,
  { clientNetwork, knownDevice }: { clientNetwork: string | undefined; knownDevice: string | undefined },
): AttemptLimit[] {
  if (knownDevice !== undefined) return [{ subject: `${emailKey} device ${knownDevice}`, ...NARROW }]
  return [
    { subject: `${emailKey} from ${clientNetwork ?? 'inside'}`, ...NARROW },
    { subject: emailKey, ...WIDE },
  ]
}

/** The limits of an attempt by a logged-in customer. */
export function limitsOfCustomer(customerId: string): AttemptLimit[] {
  return [{ subject: customerId, ...NARROW }]
}
