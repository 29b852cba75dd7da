import { defineModule } from '#runtime/module/define.ts'
import { shopCurrency } from '#shared/shop-currency.ts'
import { pricing } from './contract.ts'
import { auditPromotions } from './handlers/audit-promotions.ts'
import { createPromotion } from './handlers/create-promotion.ts'
import { createPromotionCodes } from './handlers/create-promotion-codes.ts'
import { createShippingZone } from './handlers/create-shipping-zone.ts'
import { createTaxZone } from './handlers/create-tax-zone.ts'
import { deletePromotion } from './handlers/delete-promotion.ts'
import { deleteShippingMethod } from './handlers/delete-shipping-method.ts'
import { deleteShippingZone } from './handlers/delete-shipping-zone.ts'
import { deleteTaxZone } from './handlers/delete-tax-zone.ts'
import { getCustomerTerms } from './handlers/get-customer-terms.ts'
import { getPromotion } from './handlers/get-promotion.ts'
import { getShipping } from './handlers/get-shipping.ts'
import { getTax } from './handlers/get-tax.ts'
import { listCountries } from './handlers/list-countries.ts'
import { listDeliveryOptions } from './handlers/list-delivery-options.ts'
import { listPromotionCodes } from './handlers/list-promotion-codes.ts'
import { listPromotions } from './handlers/list-promotions.ts'
import { loadRules } from './handlers/load-rules.ts'
import { quote } from './handlers/quote.ts'
import { redeemPromotions } from './handlers/redeem-promotions.ts'
import { restorePromotions } from './handlers/restore-promotions.ts'
import { saveCustomerTerms } from './handlers/save-customer-terms.ts'
import { savePromotion } from './handlers/save-promotion.ts'
import { saveShippingMethod } from './handlers/save-shipping-method.ts'
import { saveShippingZone } from './handlers/save-shipping-zone.ts'
import { saveTaxSettings } from './handlers/save-tax-settings.ts'
import { saveTaxZone } from './handlers/save-tax-zone.ts'
import { testQuote } from './handlers/test-quote.ts'
import { needs } from './needs.ts'
import { createServices } from './services.ts'

export const definition = defineModule({
  contract: pricing,
  needs,
  handlers: {
    auditPromotions,
    createPromotionCodes,
    createPromotion,
    createShippingZone,
    createTaxZone,
    deletePromotion,
    deleteShippingMethod,
    deleteShippingZone,
    deleteTaxZone,
    getCustomerTerms,
    getPromotion,
    getShipping,
    getTax,
    listCountries,
    listDeliveryOptions,
    listPromotionCodes,
    listPromotions,
    loadRules,
    quote,
    redeemPromotions,
    restorePromotions,
    saveCustomerTerms,
    savePromotion,
    saveShippingMethod,
    saveShippingZone,
    saveTaxSettings,
    saveTaxZone,
    testQuote,
  },
  settings: shopCurrency,
  setup: createServices,
})
