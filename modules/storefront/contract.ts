import { contract } from '#runtime/contract/contract.ts'

/** The shop's pages offer nothing to other modules: their visitors are people. */
export const storefront = contract('storefront', {
  version: '1.0.0',
  pages: true,
  summary: "The shop's pages",
  methods: {},
})
