import { raw } from '#runtime/html/html.ts'
import { seededRandom } from '#shared/random.ts'

/** The upper edge of the footer: a row of young aspens. The style sheet sets the colours. */
export const groveEdge = raw(drawEdge())

function drawEdge(): string {
  const random = seededRandom('pando edge')
  let trunks = ''
  const crowns = ['', '', '']
  let tree = 0
  for (let x = 6; x < 1600; x += 22 + random() * 58) {
    const size = 0.55 + random() * 0.75
    const left = Math.round(x)
    const top = Math.round(104 - 74 * size)
    const half = Math.round(13 * size)
    const height = Math.round(40 * size)
    trunks += `M${left - 1} 110l.6-${110 - top}h${(2.6 * size).toFixed(1)}l.8 ${110 - top}z`
    crowns[tree++ % 3] +=
      `M${left} ${top - 10}c${Math.round(half * 0.9)} ${Math.round(height * 0.3)} ${half} ${Math.round(height * 0.5)} ${half} ${Math.round(height * 0.66)}s-${Math.round(half * 0.5)} ${Math.round(height * 0.34)}-${half} ${Math.round(height * 0.34)}-${half}-${Math.round(height * 0.1)}-${half}-${Math.round(height * 0.34)} ${Math.round(half * 0.1)}-${Math.round(height * 0.36)} ${half}-${Math.round(height * 0.66)}z`
  }
  return (
    '<svg class="grove-edge" viewBox="0 0 1600 110" preserveAspectRatio="xMidYMax slice" aria-hidden="true" focusable="false">' +
    crowns.map((crown, index) => `<path class="grove-leaf-${index}" d="${crown}"/>`).join('') +
    `<path class="grove-edge-trunks" d="${trunks}"/></svg>`
  )
}
