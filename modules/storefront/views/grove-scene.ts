import { raw } from '#runtime/html/html.ts'
import { seededRandom } from '#shared/random.ts'

type Trunk = { x: number; width: number; top: number; foot: number; far: boolean }

const WIDTH = 960
const MIDDLE = WIDTH / 2
const GROUND = 470

/** The picture of the home page: an aspen grove with one root. The style sheet sets the colours and the animation. */
export const groveScene = raw(drawScene())

function drawScene(): string {
  const random = seededRandom('pando grove')
  const trunks = [...row(random, true), ...row(random, false)]
  return (
    `<svg class="grove" viewBox="0 0 ${WIDTH} 600" preserveAspectRatio="xMidYMax slice" aria-hidden="true" focusable="false">` +
    '<circle class="grove-sun" cx="640" cy="190" r="120"/>' +
    trunks.map((trunk) => trunkWithBark(trunk, random)).join('') +
    leaves(trunks, random) +
    `<path class="grove-earth" d="M0 ${GROUND}c160-14 320 10 480 0s320-12 480 2v140H0z"/>` +
    roots(trunks) +
    fallingLeaves(random) +
    '</svg>'
  )
}

function row(random: () => number, far: boolean): Trunk[] {
  const trunks: Trunk[] = []
  const step = far ? 64 : 112
  for (let x = far ? 24 : 60; x < WIDTH - 10; x += step * (0.75 + random() * 0.5)) {
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
      const tones = ['', '', '', '']
      for (let leaf = 0; leaf < (far ? 7 : 16); leaf++) {
        const angle = random() * Math.PI * 2
        const reach = Math.sqrt(random()) * (far ? 48 : 76)
        const size = (far ? 9 : 13) + random() * 5
        tones[leaf % 4] += leafAt(
          x + Math.cos(angle) * reach,
          82 + Math.sin(angle) * reach,
          size,
          random() * Math.PI * 2,
        )
      }
      const paths = tones.map((tone, number) => `<path class="grove-leaf-${number}" d="${tone}"/>`)
      return `<g class="grove-crown grove-crown-${index % 3}">${paths.join('')}</g>`
    })
    .join('')
}

/** An aspen leaf, nearly round with a tip. It points from its stalk at (x, y) in the direction of `angle`. */
function leafAt(x: number, y: number, size: number, angle: number): string {
  const at = (along: number, aside: number) =>
    `${Math.round(size * (along * Math.cos(angle) - aside * Math.sin(angle)))} ${Math.round(size * (along * Math.sin(angle) + aside * Math.cos(angle)))}`
  return `M${Math.round(x)} ${Math.round(y)}c${at(-0.1, 1.1)} ${at(1, 0.9)} ${at(1.5, 0)}c${at(-0.5, -0.9)} ${at(-1.6, -1.1)} ${at(-1.5, 0)}z`
}

function roots(trunks: readonly Trunk[]): string {
  const near = trunks.filter(({ far }) => !far)
  const down = near.map(
    ({ x }) =>
      `M${x} ${GROUND + 6}C${x} ${GROUND + 50} ${Math.round((x + MIDDLE) / 2)} ${GROUND + 60} ${Math.round(MIDDLE + (x - MIDDLE) * 0.3)} ${GROUND + 84}`,
  )
  const hairs = near.map(
    ({ x }, index) =>
      `M${x} ${GROUND + 20}c-${10 + index * 3} 20-30 26-48 ${40 + index * 4}M${x} ${GROUND + 24}c14 18 26 26 ${40 - index * 3} 30`,
  )
  return `<path class="grove-root" d="M-10 ${GROUND + 92}C190 ${GROUND + 70} 320 ${GROUND + 98} ${MIDDLE} ${GROUND + 84}S800 ${GROUND + 72} 970 ${GROUND + 96}${down.join('')}"/><path class="grove-root-hair" d="${hairs.join('')}"/>`
}

function fallingLeaves(random: () => number): string {
  let leaves = ''
  for (let leaf = 0; leaf < 8; leaf++) {
    const path = leafAt(40 + random() * (WIDTH - 80), 200 + random() * 200, 10, random() * Math.PI * 2)
    leaves += `<path class="grove-falling grove-falling-${leaf % 3} grove-leaf-${leaf % 4}" d="${path}"/>`
  }
  return leaves
}
