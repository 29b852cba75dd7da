import { createTransport, type NodemailerError } from 'nodemailer'
import { SMTP_CONNECTIONS } from './rules/limits.ts'
import { messageIdOf } from './rules/message-id.ts'

/** Connections to a mail server, for a batch of messages. */
export interface Smtp {
  /** Resolves when the server has taken the message, with undefined, or has not, with why. */
  send(message: OutgoingMessage): Promise<Refusal | undefined>
  close(): void
}

export interface OutgoingMessage {
  id: string
  recipient: string
  subject: string
  text: string
  html: string
}

/** Why a message was not taken. */
export interface Refusal {
  /** For the log: what failed and the server's words; no credentials, no content. */
  reason: string
  /** The server will say the same each time: the recipient or the message is not acceptable to it. */
  permanent: boolean
}

/** A server that takes longer is left, however often it says that it is at work. */
const SEND_MS = 30_000

/** Prepares to send by the server that `url` names, within `sendMs` a message; connects with the first one. */
export function openSmtp(url: string, from: string, sendMs = SEND_MS): Smtp {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: SMTP_CONNECTIONS,
    // whether and when to try again is decided in one place, by `nextTry`
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
          // as an object it is one address, whatever is in it
          to: { name: '', address: message.recipient },
          subject: message.subject,
          text: message.text,
          html: message.html,
          messageId: messageIdOf(message.id, from),
          // RFC 3834: keeps answering machines from answering
          headers: { 'Auto-Submitted': 'auto-generated' },
          signal: AbortSignal.timeout(sendMs),
        })
      } catch (error) {
        return toRefusal(error as NodemailerError)
      }
      return undefined
    },
    close: () => transport.close(),
  }
}

function toRefusal(error: NodemailerError): Refusal {
  const words = [error.code, error.originalCode, error.command, error.response].filter(
    (word) => word !== undefined,
  )
  const aboutMessage = error.code === 'EENVELOPE' || error.code === 'EMESSAGE'
  return {
    reason: (words.length > 0 ? words.join(' ') : error.message).slice(0, 300),
    permanent: aboutMessage && error.permanent === true,
  }
}
