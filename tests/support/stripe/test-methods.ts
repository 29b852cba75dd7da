/** What a test payment method does. */
export interface TestMethod {
  type: 'card' | 'us_bank_account'
  /** The magic id for server-side tests, such as `pm_card_visa`. */
  id: string
  /** The card number, or the last digits of the bank account. */
  number: string
  brand: string
  /** The decline code; undefined when the payment succeeds. For a bank account, the payment fails later. */
  decline?: { code: string; decline_code?: string; message: string }
  /** When 3-D Secure is asked: for every payment, or only for cards that were not saved with it. */
  authenticate?: 'always' | 'unless_saved'
  /** `pending`: a refund succeeds later. `fails`: it succeeds at once and fails later. */
  refund?: 'pending' | 'fails'
  /** The dispute that follows a successful payment. */
  dispute?: 'fraudulent' | 'product_not_received' | 'inquiry'
}

type Behaviour = Pick<TestMethod, 'authenticate' | 'decline' | 'dispute' | 'refund'>

const declined = (decline_code: string, message = 'Your card was declined.'): Behaviour => ({
  decline: { code: 'card_declined', decline_code, message },
})
const failed = (code: string, message: string): Behaviour => ({ decline: { code, message } })
const noFunds = declined('insufficient_funds', 'Your card has insufficient funds.')
const withAuthentication: Behaviour = { authenticate: 'always' }

/** Number, magic id and behaviour, as on Stripe's page "Testing". */
const cards: [number: string, id: string, behaviour?: Behaviour][] = [
  ['4242424242424242', 'pm_card_visa'],
  ['5555555555554444', 'pm_card_mastercard'],
  ['378282246310005', 'pm_card_amex'],
  ['4000000000000002', 'pm_card_chargeDeclined', declined('generic_decline')],
  ['4000000000000002', 'pm_card_visa_chargeDeclined', declined('generic_decline')],
  ['4000000000009995', 'pm_card_chargeDeclinedInsufficientFunds', noFunds],
  ['4000000000009995', 'pm_card_visa_chargeDeclinedInsufficientFunds', noFunds],
  ['4000000000009987', 'pm_card_chargeDeclinedLostCard', declined('lost_card')],
  ['4100000000000019', 'pm_card_chargeDeclinedFraudulent', declined('fraudulent')],
  ['4000000000000069', 'pm_card_chargeDeclinedExpiredCard', failed('expired_card', 'Your card has expired.')],
  [
    '4000000000000127',
    'pm_card_chargeDeclinedIncorrectCvc',
    failed('incorrect_cvc', 'Your security code is incorrect.'),
  ],
  [
    '4000000000000119',
    'pm_card_chargeDeclinedProcessingError',
    failed('processing_error', 'An error occurred while processing your card.'),
  ],
  ['4000002500003155', 'pm_card_authenticationRequiredOnSetup', { authenticate: 'unless_saved' }],
  ['4000002760003184', 'pm_card_authenticationRequired', withAuthentication],
  [
    '4000008260003178',
    'pm_card_authenticationRequiredChargeDeclinedInsufficientFunds',
    { ...withAuthentication, ...noFunds },
  ],
  ['4000000000003220', 'pm_card_threeDSecure2Required', withAuthentication],
  ['4000000000007726', 'pm_card_pendingRefund', { refund: 'pending' }],
  ['4000000000005126', 'pm_card_refundFail', { refund: 'fails' }],
  ['4000000000000259', 'pm_card_createDispute', { dispute: 'fraudulent' }],
  ['4000000000002685', 'pm_card_createDisputeProductNotReceived', { dispute: 'product_not_received' }],
  ['4000000000001976', 'pm_card_createDisputeInquiry', { dispute: 'inquiry' }],
]

/** US bank accounts by their last digits: the payment is decided days later. */
const banks: typeof cards = [
  ['6789', 'pm_usBankAccount_success'],
  [
    '2227',
    'pm_usBankAccount_insufficientFunds',
    failed('insufficient_funds', 'The account has insufficient funds.'),
  ],
]

const testMethods: readonly TestMethod[] = [
  ...cards.map(([number, id, behaviour]) => ({
    type: 'card' as const,
    id,
    number,
    brand: brandOf(number),
    ...behaviour,
  })),
  ...banks.map(([number, id, behaviour]) => ({
    type: 'us_bank_account' as const,
    id,
    number,
    brand: 'STRIPE TEST BANK',
    ...behaviour,
  })),
]

function brandOf(number: string): string {
  if (number.startsWith('5')) return 'mastercard'
  return number.startsWith('3') ? 'amex' : 'visa'
}

/** The test method with this magic id. */
export function findById(id: string): TestMethod | undefined {
  return testMethods.find((method) => method.id === id)
}

/** The test method with this card number, with or without spaces, or with these last digits of a bank account. */
export function findByNumber(number: string): TestMethod | undefined {
  const digits = number.replaceAll(/\D/g, '')
  return testMethods.find((method) => method.number === digits)
}
