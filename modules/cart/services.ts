/** What the handlers need besides the module's tables and the modules that it calls. */
export interface Services {
  /** The currency of every new cart, ISO 4217. */
  currency: string
}
