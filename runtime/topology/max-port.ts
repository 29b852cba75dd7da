/** The last port of TCP (RFC 9293). A separate file, so that commands can import it without loading a validator. */
export const MAX_PORT = 65_535
