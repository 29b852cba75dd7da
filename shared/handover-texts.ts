/** How the shopper receives the goods. Old orders do not contain it, and were all shipped. */
export type Handover = 'shipping' | 'pickup' | 'email'

interface HandoverTexts {
  /** Label of the method and the price of delivery. */
  label: string
  /** Heading above the order's address. */
  addressHeading: string
  /** State of a confirmed order. */
  preparing: string
  /** State of a fulfilled order. */
  done: string
  /** The same state, before the order has reached it. */
  upcoming: string
  /** Consequence of a cancellation. */
  cancelled: string
  /** Sentence of the order confirmation about the next email. */
  nextMail: string
  /** Subject, after the order's number, and text of the email that reports the fulfilment. */
  doneSubject: string
  doneText: string
}

const TEXTS: Record<Handover, HandoverTexts> = {
  shipping: {
    label: 'Delivery',
    addressHeading: 'Delivery address',
    preparing: 'Being packed',
    done: 'Shipped',
    upcoming: 'Packed and shipped',
    cancelled: 'Nothing will be shipped',
    nextMail: 'We will email you again when it is on its way.',
    doneSubject: 'is on its way',
    doneText: 'We have handed your parcel to the carrier.',
  },
  pickup: {
    label: 'Pickup',
    addressHeading: 'Your address',
    preparing: 'Being packed',
    done: 'Ready for pickup',
    upcoming: 'Packed and ready for pickup',
    cancelled: 'Nothing will be kept for you in the shop',
    nextMail: 'We will email you again when you can pick it up.',
    doneSubject: 'is ready for pickup',
    doneText: 'You can pick it up in the shop now.',
  },
  email: {
    label: 'Delivery',
    addressHeading: 'Your address',
    preparing: 'Being prepared',
    done: 'Sent by email',
    upcoming: 'Sent by email',
    cancelled: 'Nothing will be sent',
    nextMail: 'We will email you again when it is sent.',
    doneSubject: 'has been sent',
    doneText: 'We have sent it to you by email.',
  },
}

/** Texts of pages and emails about the handover of an order. Default: those for shipping. */
export function handoverTexts(option: { handover?: Handover } | null | undefined): HandoverTexts {
  return TEXTS[option?.handover ?? 'shipping']
}
