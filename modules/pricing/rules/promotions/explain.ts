import { formatMoney, money } from '#shared/money.ts'
import type { Obstacle } from './conditions.ts'

/** Why a code reduces nothing now, and what to do about it, as a sentence for the shopper. */
export function explainObstacle(obstacle: Obstacle, currency: string): string {
  switch (obstacle.reason) {
    case 'inactive':
    case 'ended':
      return 'This code is no longer valid.'
    case 'notStarted':
      return `This code is valid from ${new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(obstacle.startsAt))}.`
    case 'notNow':
      return 'This code is valid at other times of the week.'
    case 'noGoods':
      return 'Nothing in your cart is part of this offer.'
    case 'minAmount': {
      const missing = formatMoney(money(obstacle.missing, currency))
      return obstacle.goods
        ? `Add ${missing} more of the goods of this offer.`
        : `Add goods for ${missing} more to use this code.`
    }
    case 'minPieces':
      return `Add ${obstacle.missing} more ${obstacle.missing === 1 ? 'piece' : 'pieces'}${obstacle.goods ? ' of the goods of this offer' : ''} to use this code.`
    case 'firstOrder':
      return 'This code is for first orders only.'
    case 'customerGroup':
      return 'This code is for other customers. Log in if it was given to you.'
    case 'country':
      return 'This code does not apply to deliveries to this country.'
    case 'usedUp':
      return 'This code has been used already.'
    case 'usedUpByCustomer':
      return 'You have used this code already.'
    case 'notCombinable':
      return `This code cannot be combined with “${obstacle.title}”.`
    case 'anotherCode':
      return 'Your cart has another code of the same offer.'
    case 'freeAlready':
      return 'Shipping is free already.'
    case 'otherMethod':
      return `This code does not cover “${obstacle.title}”.`
    case 'noEffect':
      return 'This code reduces nothing in your cart.'
  }
}
