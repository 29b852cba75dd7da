import { raw } from '#runtime/http/html.ts'
import { seededRandom } from '../pictures/random.ts'

type Trunk = { x: number; width: number; top: number; foot: number; far: boolean }

const GROUND = 470

/**
 * The picture of the home page: an aspen grove above the ground and the one root beneath it. Colours and movement
 * are the style sheet's.
 */
export const groveScene = raw(drawScene())

/** The upper edge of the footer: a row of trunks, cut off. */
export const groveEdge = raw(drawEdge())

function drawScene(): string {
  const random = seededRandom('pando grove')
  const trunks = [...row(random, true), ...row(random, false)]
  return (
    '<svg class="grove" viewBox="0 0 720 600" preserveAspectRatio="xMidYMax slice" aria-hidden="true" focusable="false">' +
    '<defs><path id="grove-leaf" d="M0-9C5-6 8-3 8 2 8 7 4 9 0 9S-8 7-8 2C-8-3-5-6 0-9z"/></defs>' +
    '<circle class="grove-sun" cx="470" cy="190" r="120"/>' +
    trunks.map((trunk) => trunkWithBark(trunk, random)).join('') +
    leaves(trunks, random) +
    `<path class="grove-earth" d="M0 ${GROUND}c120-14 240 10 360 0s240-12 360 2v140H0z"/>` +
    roots(trunks) +
    fallingLeaves(random) +
    '</svg>'
  )
}

function row(random: () => number, far: boolean): Trunk[] {
  const trunks: Trunk[] = []
  const step = far ? 64 : 112
  for (let x = far ? 24 : 60; x < 710; x += step * (0.75 + random() * 0.5)) {
    const width = far ? 9 + random() * 6 : 20 + random() * 12
    trunks.push({
      x: Math.round(x),
      width: Math.round(width),
      top: Math.round(20 + random() * 70),
      foot: GROUND + (far ? 2 : 8),
      far,
    })
  }
  return trunks
}

function trunkWithBark({ x, width, top, foot, far }: Trunk, random: () => number): string {
  const half = width / 2
  const lean = Math.round((random() - 0.5) * 18)
  const bark = `<path class="${far ? 'grove-trunk-far' : 'grove-trunk'}" d="M${x + lean - half * 0.6} ${top}L${x - half} ${foot}h${width}L${x + lean + half * 0.6} ${top}z"/>`
  if (far) return bark
  let marks = ''
  for (let y = top + 60; y < foot - 14; y += 26 + random() * 40) {
    const middle = x + lean * (1 - (y - top) / (foot - top))
    const reach = width * (0.25 + random() * 0.35)
    const left = Math.round(random() < 0.5 ? middle - half * 0.8 : middle + half * 0.8 - reach)
    marks += `M${left} ${Math.round(y)}q${Math.round(reach / 2)}-5 ${Math.round(reach)} 0q-${Math.round(reach / 2)} 5-${Math.round(reach)} 0z`
  }
  return `${bark}<path class="grove-mark" d="${marks}"/>`
}

function leaves(trunks: readonly Trunk[], random: () => number): string {
  return trunks
    .map(({ x, far }, index) => {
      let crown = ''
      for (let leaf = 0; leaf < (far ? 6 : 15); leaf++) {
        const angle = random() * Math.PI * 2
        const reach = Math.sqrt(random()) * (far ? 46 : 74)
        const place = `${Math.round(x + Math.cos(angle) * reach)} ${Math.round(80 + Math.sin(angle) * reach * 0.95)}`
        crown += `<use href="#grove-leaf" class="grove-leaf-${Math.floor(random() * 4)}" transform="translate(${place}) rotate(${Math.round(random() * 360)}) scale(${(far ? 0.9 : 1.35) + Math.round(random() * 5) / 10})"/>`
      }
      return `<g class="grove-crown grove-crown-${index % 3}">${crown}</g>`
    })
    .join('')
}

function roots(trunks: readonly Trunk[]): string {
  const near = trunks.filter(({ far }) => !far)
  const down = near.map(
    ({ x }) =>
      `M${x} ${GROUND + 6}C${x} ${GROUND + 50} ${Math.round((x + 360) / 2)} ${GROUND + 60} ${Math.round(360 + (x - 360) * 0.3)} ${GROUND + 84}`,
  )
  const hairs = near.map(
    ({ x }, index) =>
      `M${x} ${GROUND + 20}c-${10 + index * 3} 20-30 26-48 ${40 + index * 4}M${x} ${GROUND + 24}c14 18 26 26 ${40 - index * 3} 30`,
  )
  return `<path class="grove-root" d="M-10 ${GROUND + 92}C140 ${GROUND + 70} 240 ${GROUND + 98} 360 ${GROUND + 84}S600 ${GROUND + 72} 730 ${GROUND + 96}${down.join('')}"/><path class="grove-root-hair" d="${hairs.join('')}"/>`
}

function fallingLeaves(random: () => number): string {
  let leaves = ''
  for (let leaf = 0; leaf < 7; leaf++) {
    const x = Math.round(40 + random() * 640)
    const y = Math.round(200 + random() * 200)
    leaves += `<g transform="translate(${x} ${y})"><use href="#grove-leaf" class="grove-falling grove-falling-${leaf % 3} grove-leaf-${leaf % 4}" transform="rotate(${Math.round(random() * 90)})"/></g>`
  }
  return leaves
}

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
