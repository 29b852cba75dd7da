import { defineModule } from '#runtime/module/define.ts'
import { wishlist } from './contract.ts'
import { addToWishlist } from './handlers/add-to-wishlist.ts'
import { getWishlist } from './handlers/get-wishlist.ts'
import { removeFromWishlist } from './handlers/remove-from-wishlist.ts'
import { needs } from './needs.ts'
import { removeBought } from './reactions/order-confirmed.ts'
import { createServices, settings } from './settings.ts'

export const definition = defineModule({
  contract: wishlist,
  needs,
  handlers: { getWishlist, addToWishlist, removeFromWishlist },
  reactions: { 'orders.orderConfirmed': removeBought },
  settings,
  setup: createServices,
})
