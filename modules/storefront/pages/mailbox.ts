import { runtimeFailure } from '#runtime/contract/failure.ts'
import type { ShopContext, ShopPage } from '../needs.ts'
import { links } from '../views/links.ts'
import { mailboxPage, mailPage } from '../views/mailbox-pages.ts'
import { paged } from './paged.ts'
import { show } from './show.ts'
import { isFailure } from './visitor.ts'

/**
 * Makes a page of the mailbox. It shows the emails of all customers, so it exists only if `isMailboxOpen` allows it.
 */
function forDevelopers(page: ShopPage): ShopPage {
  return {
    ...page,
    ownHostOnly: true,
    handle: async (request, context) => {
      if (!context.services.mailbox)
        throw runtimeFailure('NOT_FOUND', 'Cannot find this page: the mailbox is closed')
      return page.handle(request, context)
    },
  }
}

const list = forDevelopers(
  paged({
    method: 'GET',
    path: links.mailbox,
    handle: async (request, context) => {
      const { cursor } = request.query
      const { items, nextCursor } = await context.calls.notifications.listMessages(cursor ? { cursor } : {})
      return show(request, context, mailboxPage({ messages: items, nextCursor }))
    },
  }),
)

const one = forDevelopers({
  method: 'GET',
  path: '/mailbox/:messageId',
  handle: async (request, context) => {
    const message = await read(context, request.params.messageId!)
    return show(request, context, mailPage({ message, htmlHref: `${links.mail(message.id)}/html` }))
  },
})

const asHtml = forDevelopers({
  method: 'GET',
  path: '/mailbox/:messageId/html',
  handle: async (request, context) => {
    const message = await read(context, request.params.messageId!)
    // Emails have inline styles. Everything else is forbidden.
    const headers = {
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-top-navigation-by-user-activation",
    }
    return { body: message.html, headers }
  },
})

export const mailboxPages = [list, one, asHtml]

async function read(context: ShopContext, messageId: string) {
  try {
    return await context.calls.notifications.getMessage({ messageId })
  } catch (error) {
    if (isFailure(error, 'MESSAGE_NOT_FOUND', 'INVALID_INPUT'))
      throw runtimeFailure('NOT_FOUND', `Cannot find the email "${messageId}"`)
    throw error
  }
}
