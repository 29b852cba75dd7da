import { changeCart } from '../change-cart.ts'
import type { Handles } from '../needs.ts'

export const removeLine: Handles<'removeLine'> = async ({ cartId, lineId }, context) =>
  changeCart(context, cartId, ({ cart }) => {
    const lines = cart.lines.filter((line) => line.id !== lineId)
    return lines.length === cart.lines.length ? cart : { ...cart, lines }
  })
