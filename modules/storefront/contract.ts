import { contract } from '#runtime/contract/contract.ts'

/** Pages only: the storefront offers no methods to other modules. */
export const storefront = contract('storefront', {
  version: '1.0.0',
  pages: true,
  summary: "The shop's pages",
  methods: {},
})
