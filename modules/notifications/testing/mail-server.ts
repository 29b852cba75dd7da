import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

/** An email that the server accepted. */
export interface ReceivedMail {
  parsed: ParsedMail
  /** The recipients of the SMTP envelope. */
  recipients: string[]
}

/** A real SMTP server on loopback that stores the emails it accepts. */
export interface MailServer {
  url: string
  port: number
  received: ReceivedMail[]
  stop(): Promise<void>
}

/** Starts a mail server. `port` defaults to a free one. */
export async function startMailServer(
  options: SMTPServerOptions & { port?: number } = {},
): Promise<MailServer> {
  const received: ReceivedMail[] = []
  const { port: requestedPort = 0, ...serverOptions } = options
  const server = new SMTPServer({
    authOptional: true,
    // The server's certificate is self-signed, which clients refuse
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
  server.listen(requestedPort, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    received,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
