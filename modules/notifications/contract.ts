import { type Static, Type } from 'typebox'
import { command, contract, query } from '#runtime/contract/contract.ts'
import { Id } from '#shared/ids.ts'
import { Strict } from '#shared/object.ts'
import { Page, pageInput } from '#shared/page.ts'
import { Timestamp } from '#shared/text.ts'

const MessageId = Id('msg')

export const MessageSummary = Strict({
  id: MessageId,
  to: Type.String(),
  subject: Type.String(),
  /**
   * `kept`: no mail server was configured, so the message is never sent. `failed`: rejected permanently, or not accepted
   * in ten tries.
   */
  status: Type.Union([
    Type.Literal('queued'),
    Type.Literal('sent'),
    Type.Literal('kept'),
    Type.Literal('failed'),
  ]),
  createdAt: Timestamp,
})
export type MessageSummary = Static<typeof MessageSummary>

/** The bodies are empty once the message is 30 days old, unless it is still queued. */
export const Message = Strict({ ...MessageSummary.properties, text: Type.String(), html: Type.String() })
export type Message = Static<typeof Message>

export const notifications = contract('notifications', {
  version: '1.0.0',
  reactsTo: [
    'orders.orderConfirmed',
    'orders.orderCancelled',
    'orders.orderFulfilled',
    'accounts.accountRegistered',
    'accounts.passwordResetRequested',
  ],
  summary: 'Emails about orders and accounts',
  methods: {
    listMessages: query({
      summary: 'Lists messages, newest first, for the development mailbox.',
      input: Strict(pageInput),
      output: Page(MessageSummary),
      failures: { INVALID_CURSOR: { status: 400, summary: 'The cursor is not from this list.' } },
      access: 'internal',
    }),
    getMessage: query({
      summary: 'Returns a message with its bodies.',
      input: Strict({ messageId: MessageId }),
      output: Message,
      failures: { MESSAGE_NOT_FOUND: { status: 404, summary: 'No message has this id.' } },
      access: 'internal',
    }),
    sendQueued: command({
      summary:
        'Sends the messages that are due. A message that fails is retried later, up to ten tries in all. Does nothing if no mail server is configured.',
      input: Strict({}),
      /** `failed` counts tries that failed, including those that will be retried. */
      output: Strict({ sent: Type.Integer(), failed: Type.Integer() }),
      timeoutMs: 60_000,
      access: 'internal',
      outside: true,
    }),
    dropOldBodies: command({
      summary:
        'Empties the bodies of messages older than 30 days, because they contain addresses and links. Handles up to 500 messages per call.',
      input: Strict({}),
      output: Strict({ dropped: Type.Integer() }),
      access: 'internal',
    }),
    auditMessages: query({
      summary: 'Lists the number of confirmation emails of each order, for the audit.',
      input: Strict({
        /** The last `orderId` of the previous page; missing for the first page. */
        after: Type.Optional(Type.String({ maxLength: 60 })),
        limit: Type.Integer({ minimum: 1, maximum: 5000 }),
      }),
      output: Strict({
        confirmations: Type.Array(Strict({ orderId: Type.String(), count: Type.Integer() })),
      }),
      timeoutMs: 60_000,
      access: 'internal',
    }),
  },
})
