import { defineModule } from '#runtime/module/define.ts'
import { shopCurrency } from '#shared/shop-currency.ts'
import { catalog } from './contract.ts'
import { auditPrices } from './handlers/audit-prices.ts'
import { getPicture } from './handlers/get-picture.ts'
import { getProduct } from './handlers/get-product.ts'
import { getProductStock } from './handlers/get-product-stock.ts'
import { getSavedProduct } from './handlers/get-saved-product.ts'
import { getVariantStock } from './handlers/get-variant-stock.ts'
import { getVariants } from './handlers/get-variants.ts'
import { importProducts } from './handlers/import-products.ts'
import { listCategories } from './handlers/list-categories.ts'
import { listProducts } from './handlers/list-products.ts'
import { listSavedProducts } from './handlers/list-saved-products.ts'
import { rebuildSearch } from './handlers/rebuild-search.ts'
import { saveProduct } from './handlers/save-product.ts'
import { setVariantStock } from './handlers/set-variant-stock.ts'
import { needs } from './needs.ts'
import { updateAvailability } from './reactions/availability-changed.ts'
import { addFirstStock } from './reactions/stock-begun.ts'
import { createServices } from './services.ts'

export const definition = defineModule({
  contract: catalog,
  needs,
  handlers: {
    listProducts,
    getProduct,
    listCategories,
    getVariants,
    getPicture,
    importProducts,
    rebuildSearch,
    listSavedProducts,
    getSavedProduct,
    saveProduct,
    auditPrices,
    setVariantStock,
    getVariantStock,
    getProductStock,
  },
  reactions: { 'inventory.availabilityChanged': updateAvailability, 'inventory.stockBegun': addFirstStock },
  jobs: [{ method: 'rebuildSearch', everyMs: 5000 }],
  settings: shopCurrency,
  setup: createServices,
})
