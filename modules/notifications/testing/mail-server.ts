import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

/** A mail that the server took. */
export interface ReceivedMail {
  parsed: ParsedMail
  /** Whom the SMTP envelope names. */
  recipients: string[]
}

/** A real SMTP server on loopback that keeps what it takes. */
export interface MailServer {
  url: string
  port: number
  received: ReceivedMail[]
  stop(): Promise<void>
}

/** `port`: a free one unless told. */
export async function startMailServer(
  options: SMTPServerOptions & { port?: number } = {},
): Promise<MailServer> {
  const received: ReceivedMail[] = []
  const { port: wantedPort = 0, ...serverOptions } = options
  const server = new SMTPServer({
    authOptional: true,
    // its certificate is its own, which no client should trust
    disabledCommands: ['STARTTLS'],
    onData(stream, session, callback) {
      const recipients = session.envelope.rcptTo.map(({ address }) => address)
      simpleParser(stream).then((parsed) => {
        received.push({ parsed, recipients })
        callback(null)
      }, callback)
    },
    ...serverOptions,
  })
  server.listen(wantedPort, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    received,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
