import { createTransport, type NodemailerError } from 'nodemailer'
import { SMTP_CONNECTIONS } from './rules/limits.ts'
import { messageIdOf } from './rules/message-id.ts'

/** A pool of connections to a mail server. */
export interface Smtp {
  /** Sends a message. Resolves with undefined when the server has accepted it, and with a failure otherwise. */
  send(message: OutgoingMessage): Promise<SendFailure | undefined>
  close(): void
}

export interface OutgoingMessage {
  id: string
  recipient: string
  subject: string
  text: string
  html: string
}

/** Why a message was not sent. */
export interface SendFailure {
  /** For the log: the error codes and the server's response, without credentials and content. */
  reason: string
  /** A retry cannot succeed, because the server rejects the recipient or the message. */
  permanent: boolean
}

/** The longest time that sending one message may take, even if the server keeps responding. */
const SEND_MS = 30_000

/**
 * Creates a pool of connections to the server at `url`, which connects when the first message is sent. `from` is the
 * sender, such as `Pando <shop@example.com>`. `sendMs` is the timeout per message. Default: 30 s.
 */
export function openSmtp(url: string, from: string, sendMs = SEND_MS): Smtp {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: SMTP_CONNECTIONS,
    // rules/next-try.ts alone decides about retries
    maxRequeues: 0,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
  })
  return {
    async send(message) {
      try {
        await transport.sendMail({
          from,
          // nodemailer splits a string at commas, but takes an object as a single address
          to: { name: '', address: message.recipient },
          subject: message.subject,
          text: message.text,
          html: message.html,
          messageId: messageIdOf(message.id, from),
          // RFC 3834: prevents automatic replies
          headers: { 'Auto-Submitted': 'auto-generated' },
          signal: AbortSignal.timeout(sendMs),
        })
      } catch (error) {
        return toSendFailure(error as NodemailerError)
      }
      return undefined
    },
    close: () => transport.close(),
  }
}

function toSendFailure(error: NodemailerError): SendFailure {
  const facts = [error.code, error.originalCode, error.command, error.response].filter(
    (fact) => fact !== undefined,
  )
  // nodemailer marks a refused log-in as permanent too, but a retry succeeds once the settings are right
  const concernsMessage = error.code === 'EENVELOPE' || error.code === 'EMESSAGE'
  return {
    reason: (facts.length > 0 ? facts.join(' ') : error.message).slice(0, 300),
    permanent: concernsMessage && error.permanent === true,
  }
}
