/** The setting of the shop's currency, for the modules that declare it. */
export const shopCurrency = {
  PANDO_CURRENCY: {
    summary: 'The currency of the shop, ISO 4217',
    default: 'EUR',
    check: (value: string) =>
      Intl.supportedValuesOf('currency').includes(value)
        ? undefined
        : 'is not a currency: set an ISO 4217 code, such as EUR',
  },
}
