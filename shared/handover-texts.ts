/** How goods come to the shopper. Orders of before this was kept have none, and were shipped. */
export type Handover = 'shipping' | 'pickup' | 'email'

interface HandoverTexts {
  /** Heads the method and its price. */
  term: string
  /** Heads the address of the order. */
  address: string
  /** In place of "confirmed". */
  preparing: string
  /** In place of "fulfilled", and of that while it is still to come. */
  done: string
  upcoming: string
  /** Of a cancelled order. */
  cancelled: string
  /** In the mail that confirms an order. */
  nextMail: string
  /** The mail when it is fulfilled, whose subject goes on after the order's number. */
  doneSubject: string
  doneText: string
}

const WORDS: Record<Handover, HandoverTexts> = {
  shipping: {
    term: 'Delivery',
    address: 'Delivery address',
    preparing: 'Being packed',
    done: 'Shipped',
    upcoming: 'Packed and shipped',
    cancelled: 'Nothing will be shipped',
    nextMail: 'We will email you again when it is on its way.',
    doneSubject: 'is on its way',
    doneText: 'We have handed your parcel to the carrier.',
  },
  pickup: {
    term: 'Pickup',
    address: 'Your address',
    preparing: 'Being packed',
    done: 'Ready for pickup',
    upcoming: 'Packed and ready for pickup',
    cancelled: 'Nothing will be kept for you in the shop',
    nextMail: 'We will email you again when you can pick it up.',
    doneSubject: 'is ready for pickup',
    doneText: 'You can pick it up in the shop now.',
  },
  email: {
    term: 'Delivery',
    address: 'Your address',
    preparing: 'Being prepared',
    done: 'Sent by email',
    upcoming: 'Sent by email',
    cancelled: 'Nothing will be sent',
    nextMail: 'We will email you again when it is sent.',
    doneSubject: 'has been sent',
    doneText: 'We have sent it to you by email.',
  },
}

/** The words of pages and mails for the way in which an order comes to its buyer. */
export function handoverTexts(option: { handover?: Handover } | null | undefined): HandoverTexts {
  return WORDS[option?.handover ?? 'shipping']
}
