/** The last port of TCP (RFC 9293). A separate file, so that commands can import it without loading a validator. */
export const MAX_PORT = 65_535

/** The most replicas of a process. */
export const MAX_REPLICAS = 100
