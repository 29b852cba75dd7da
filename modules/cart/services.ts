/** What the module's handlers need beside its tables and the modules that it calls. */
export interface Services {
  /** The currency of every new cart, ISO 4217. */
  currency: string
}
