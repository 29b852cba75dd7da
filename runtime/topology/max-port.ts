/** The last port of TCP (RFC 9293). In a file of its own, so that commands know it without loading any validator. */
export const MAX_PORT = 65_535
