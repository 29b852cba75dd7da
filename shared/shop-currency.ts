/** The setting that says what the shop sells in, for the modules that go by it. */
export const shopCurrency = {
  PANDO_CURRENCY: {
    summary: 'The currency of the shop, ISO 4217',
    default: 'EUR',
    check: (value: string) =>
      Intl.supportedValuesOf('currency').includes(value)
        ? undefined
        : 'is no currency: give its ISO 4217 code, such as EUR',
  },
}
