import Stripe from 'stripe'

/** Where the shopper returns to after the page of the bank. */
export const returnUrl = 'https://shop.example.com/return'

/** Creates and confirms a payment, by default of 10.00 EUR. */
export function payBy(
  stripe: Stripe,
  payment_method: string,
  more: Partial<Stripe.PaymentIntentCreateParams> = {},
  options: Stripe.RequestOptions = {},
): Promise<Stripe.PaymentIntent> {
  const params = {
    amount: 1000,
    currency: 'eur',
    confirm: true,
    payment_method,
    return_url: returnUrl,
    ...more,
  }
  return stripe.paymentIntents.create(params, options)
}

/** The error of a request that must fail. */
export async function errorOf(request: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  const error: unknown = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof Stripe.errors.StripeError) return error
  throw new Error(`The request should have failed with an error of Stripe, not with ${String(error)}`)
}

/** Presses a button on the page of the bank, and returns where it leads. */
export async function decide(
  { next_action }: Stripe.PaymentIntent | Stripe.SetupIntent,
  decision: string,
): Promise<string> {
  const url = next_action!.redirect_to_url!.url!
  const response = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams({ decision }),
    redirect: 'manual',
  })
  return response.headers.get('location') ?? ''
}
