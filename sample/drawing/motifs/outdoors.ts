import { box, ellipse, line, type Motif, path, standing, tableShadow } from '../motif.ts'

const LEAF = 'M0-100C52-62 88-24 88 26 88 74 50 98 0 98s-88-24-88-72C-88-24-52-62 0-100z'

/** Plants and the garden. */
export const outdoors = {
  plant: standing(
    (p) =>
      tableShadow(400, 130) +
      line(
        'M400 470c-6-90-10-160-4-270M400 470c-30-60-70-110-130-150M400 470c30-70 70-110 130-160M400 470c-40-30-90-50-150-54M400 470c40-30 90-50 150-50',
        p.leafDark,
        9,
      ) +
      [
        [396, 190, 0, 0.8],
        [262, 306, -46, 0.74],
        [540, 300, 46, 0.74],
        [238, 420, -84, 0.6],
        [560, 426, 84, 0.6],
        [320, 226, -26, 0.56],
        [478, 216, 28, 0.56],
      ]
        .map(([x, y, turn, size], index) => leaf(x!, y!, turn!, size!, index % 2 ? p.leaf : p.leafDark))
        .join('') +
      path('M278 460h244l-30 142c-3 12-10 18-22 18H330c-12 0-19-6-22-18z', p.lit.main) +
      box(262, 444, 276, 44, p.lit.second, 10),
  ),
  pot: standing(
    (p) =>
      tableShadow(400, 170) +
      path('M252 350h296l-44 246c-3 16-12 24-28 24H324c-16 0-25-8-28-24z', p.lit.main) +
      box(228, 306, 344, 74, p.mainDark, 12) +
      box(228, 300, 344, 70, p.lit.main, 12) +
      line('M276 440h248', p.second, 14, ' opacity=".8"') +
      line('M400 300c0-50-30-80-50-100M400 300c0-70 30-90 60-110', p.leafDark, 8) +
      leaf(344, 180, -28, 0.5, p.leaf) +
      leaf(466, 170, 32, 0.56, p.leafDark),
  ),
  can: standing(
    (p) =>
      tableShadow(400, 200) +
      line('M470 380c130-60 150 130 20 190', p.mainDark, 24) +
      path('M300 470L166 330l34-30 120 100z', p.lit.main) +
      path('M130 322l78-78 22 40-56 56z', p.mainDark) +
      path('M290 360h210l22 236c1 16-6 24-22 24H290c-16 0-23-8-22-24z', p.lit.main) +
      ellipse(395, 360, 105, 22, p.mainDark) +
      line('M340 356c0-80 110-80 110 0', p.mainDark, 18) +
      box(280, 500, 232, 26, p.second),
  ),
  trellis: standing(
    (p) =>
      tableShadow(400, 130) +
      [-2, -1, 0, 1, 2].map((at) => line(`M${400 + at * 18} 620L${400 + at * 84} 130`, p.wood, 16)).join('') +
      [200, 320, 440]
        .map((y) => line(`M${230 + (y - 200) * 0.28} ${y}H${570 - (y - 200) * 0.28}`, p.woodDark, 12))
        .join('') +
      line('M350 612c-60-120 110-160 40-270-40-60 10-110 40-160', p.leafDark, 8) +
      [
        [330, 540],
        [400, 470],
        [420, 400],
        [366, 330],
        [372, 270],
        [430, 200],
      ]
        .map(
          ([x, y], i) =>
            ellipse(x!, y!, 24, 14, p.leaf) + ellipse(x! + 30, y! - 18, 15, 15, i % 2 ? p.main : p.second),
        )
        .join(''),
  ),
  tent: standing(
    (p) =>
      tableShadow(400, 290) +
      path('M400 210L120 620h560z', p.lit.main) +
      path('M400 210l120 410H280z', p.mainDark) +
      path('M400 210l-120 410h84c10-120 20-260 36-410z', p.lit.second) +
      line('M400 210v-30', p.woodDark, 12),
  ),
} satisfies Record<string, Motif>

function leaf(x: number, y: number, turn: number, size: number, fill: string): string {
  return path(LEAF, fill, ` transform="translate(${x} ${y}) rotate(${turn}) scale(${size})"`)
}
