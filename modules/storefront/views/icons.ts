import { raw } from '#runtime/html/html.ts'

function icon(paths: string) {
  return raw(
    `<svg class="icon" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${paths}</svg>`,
  )
}

/** Line icons on a grid of 24. They are decorative: the text next to them, visible or hidden, has the meaning. */
export const icons = {
  search: icon('<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>'),
  account: icon('<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5c.8-4 3.8-6 7.5-6s6.7 2 7.5 6"/>'),
  cart: icon('<path d="M5 8h14l1 12.5H4z"/><path d="M8.5 10.5V7a3.5 3.5 0 0 1 7 0v3.5"/>'),
  arrow: icon('<path d="M4 12h16M14 6l6 6-6 6"/>'),
  chevron: icon('<path d="m9 5 7 7-7 7"/>'),
  check: icon('<path d="m4.5 12.5 5 5 10-11"/>'),
  cross: icon('<path d="m6 6 12 12M18 6 6 18"/>'),
  warning: icon('<path d="M12 3.5 22 20.5H2z"/><path d="M12 10v5M12 17.7v.1"/>'),
  lock: icon('<rect x="5" y="11" width="14" height="9.5" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>'),
  leaf: icon(
    '<path d="M12 21v-5"/><path d="M12 3c4 2.5 7 5 7 8.5 0 3-3 4.5-7 4.5s-7-1.5-7-4.5C5 8 8 5.5 12 3z"/>',
  ),
  mail: icon('<rect x="3" y="5.5" width="18" height="13" rx="2"/><path d="m4 7.5 8 6 8-6"/>'),
}

/** The logo: trunks that rise from one root, with golden leaves. The style sheet sets the colours. */
export const logoMark = raw(
  '<svg class="logo-mark" viewBox="0 0 40 40" width="40" height="40" aria-hidden="true" focusable="false">' +
    '<path class="logo-root" d="M3 33.5c6-.5 10.5-1.5 17-1.5s11 1 17 1.5" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round"/>' +
    '<path d="M11 32.5V15M20 32V10M29 32.5V17" fill="none" stroke="currentColor" stroke-width="2.6" stroke-linecap="round"/>' +
    '<g class="logo-leaf"><path d="M20 1.5c3 2 5.2 4 5.2 6.7S23 12.5 20 12.5s-5.2-1.6-5.2-4.3S17 3.5 20 1.5z"/>' +
    '<path d="M11 8c2.3 1.5 4 3 4 5.1s-1.7 3.3-4 3.3-4-1.2-4-3.3S8.7 9.5 11 8z"/>' +
    '<path d="M29 10.5c2.2 1.4 3.8 2.9 3.8 4.9s-1.6 3.2-3.8 3.2-3.8-1.2-3.8-3.2 1.6-3.5 3.8-4.9z"/></g></svg>',
)
