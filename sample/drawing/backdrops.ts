import { pick } from '#shared/random.ts'
import { darker, lighter, type Surroundings } from './colours.ts'
import { box, ellipse, line, path } from './motif.ts'

type Backdrop = (colours: Surroundings, random: () => number) => string

/** The background of a standing object: a table, and a wall with a subtle decoration. */
export function standingBackdrop(colours: Surroundings, random: () => number): string {
  const table = box(0, 586, 800, 214, 'url(#t)') + box(0, 584, 800, 4, darker(colours.floor, 0.12))
  return box(0, 0, 800, 800, 'url(#w)') + pick(random, WALLS)(colours, random) + table
}

/** The background of a hanging or lying object: a plain surface with one large shape. */
export function hangingBackdrop(colours: Surroundings, random: () => number): string {
  return box(0, 0, 800, 800, 'url(#w)') + pick(random, GROUNDS)(colours, random)
}

const WALLS: readonly Backdrop[] = [sun, arch, windowLight, grove, leafShadow, plain]
const GROUNDS: readonly Backdrop[] = [disc, leafShadow, windowLight, hill, plain]

function plain(): string {
  return ''
}

function sun({ wall }: Surroundings, random: () => number): string {
  return `<circle cx="${250 + Math.round(random() * 300)}" cy="${260 + Math.round(random() * 60)}" r="190" fill="${lighter(wall, 0.34)}"/>`
}

function disc({ wall }: Surroundings): string {
  return `<circle cx="400" cy="400" r="330" fill="${lighter(wall, 0.28)}"/>`
}

function arch({ wall }: Surroundings): string {
  return (
    path('M176 590V320c0-130 100-224 224-224s224 94 224 224v270z', darker(wall, 0.1)) +
    path('M200 590V330c0-118 90-204 206-204s218 86 218 204v260z', darker(wall, 0.045))
  )
}

function windowLight({ wall }: Surroundings, random: () => number): string {
  const x = Math.round(random() * 160)
  const light = lighter(wall, 0.42)
  return `<g transform="translate(${x} 0)" opacity=".75">${path('M60 60l170 50v210l-170-50zM250 116l170 50v210l-170-50zM60 292l170 50v190l-170-50zM250 348l170 50v190l-170-50z', light)}</g>`
}

function grove({ wall }: Surroundings, random: () => number): string {
  let trunks = ''
  for (let x = 40 + random() * 60; x < 800; x += 90 + random() * 110) {
    const width = 22 + random() * 26
    const left = Math.round(x)
    trunks += box(left, 0, Math.round(width), 588, lighter(wall, 0.3))
    for (let y = 50 + random() * 90; y < 560; y += 90 + random() * 120) {
      trunks += box(left, Math.round(y), Math.round(width * (0.3 + random() * 0.4)), 6, darker(wall, 0.1))
    }
  }
  return trunks
}

function leafShadow({ wall }: Surroundings, random: () => number): string {
  const shadow = darker(wall, 0.13)
  const leaves = [
    [120, 120, 40],
    [230, 70, 10],
    [260, 190, 70],
    [90, 260, 20],
    [370, 130, 90],
    [190, 320, 50],
    [330, 270, 100],
  ]
  const side = random() < 0.5 ? '' : ' transform="matrix(-1 0 0 1 800 0)"'
  return `<g opacity=".6"${side}>${line('M-20-20C120 90 240 180 420 250M100 70c0 80 0 140-20 200', shadow, 9)}${leaves
    .map(([x, y, turn]) => ellipse(x!, y!, 34, 46, shadow, ` transform="rotate(${turn} ${x} ${y})"`))
    .join('')}</g>`
}

function hill({ floor }: Surroundings): string {
  return path('M0 590c190-120 330-90 470-30s240 30 330-30v270H0z', floor, ' opacity=".55"')
}
