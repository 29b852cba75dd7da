import { box, ellipse, line, type Motif, path, tableShadow } from '../motif.ts'

const LEAF = 'M0-100C52-62 88-24 88 26 88 74 50 98 0 98s-88-24-88-72C-88-24-52-62 0-100z'

/** Plants, the garden, and motifs for products that no other motif fits. */
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
  wateringCan: standing(
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
  trellis: {
    setting: 'standing',
    draw: (p) =>
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
  },
  fence: standing(
    (p) =>
      tableShadow(400, 290) +
      box(110, 330, 580, 34, p.woodDark) +
      box(110, 510, 580, 34, p.woodDark) +
      [140, 236, 332, 428, 524, 620]
        .map(
          (x) =>
            path(`M${x} 270l35-50 35 50v350h-70z`, p.lit.wood) +
            line(`M${x + 24} 300v280`, p.woodDark, 4, ' opacity=".3"'),
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
  leaf: hanging(
    (p) =>
      `<g transform="rotate(18 400 400)">${leaf(400, 384, 0, 2.7, p.lit.main)}${line('M400 690V200M400 560c-60-20-110-70-150-140M400 560c60-20 110-70 150-140M400 420c-50-20-80-50-110-100M400 420c50-20 80-50 110-100', p.mainDark, 8)}</g>`,
  ),
  branch: hanging(
    (p) =>
      line(
        'M130 690C260 560 380 420 660 150M330 470c-20-90-20-150 0-230M430 360c80 20 130 20 210-20M250 560c90 10 150 30 220 80',
        p.woodDark,
        13,
      ) +
      [
        [330, 210, 0, 0.8],
        [670, 330, 70, 0.8],
        [500, 660, 110, 0.8],
        [660, 140, 40, 0.9],
        [240, 420, -50, 0.7],
        [540, 460, 80, 0.62],
        [470, 240, -14, 0.66],
      ]
        .map(([x, y, turn, size], index) =>
          leaf(x!, y!, turn!, size!, [p.main, p.gold, p.second][index % 3]!),
        )
        .join(''),
  ),
  bark: hanging((p, random) =>
    [90, 300, 540]
      .map((x, index) => {
        const width = 120 + index * 26
        const marks = Array.from({ length: 7 }, () => {
          const y = Math.round(random() * 800)
          const left = x + Math.round(random() * width * 0.5)
          return path(
            `M${left} ${y}q${width * 0.22}-16 ${width * 0.44} 0q-${width * 0.22} 16-${width * 0.44} 0z`,
            '#2b3630',
            ' opacity=".7"',
          )
        })
        return (
          box(x, -20, width, 840, 'url(#b)') +
          marks.join('') +
          ellipse(x + width / 2, 260 + index * 130, 22, 34, '#2b3630') +
          ellipse(x + width / 2, 260 + index * 130, 8, 17, p.main)
        )
      })
      .join(''),
  ),
  hills: hanging(
    (p) =>
      `<circle cx="540" cy="270" r="104" fill="${p.gold}"/>` +
      path('M0 520c140-130 250-150 380-40s270 60 420-70v390H0z', p.mainLight) +
      path('M0 620c150-80 290-110 420-20s260 50 380-20v220H0z', p.main) +
      path('M0 710c190-80 340-30 480-10s220-20 320-40v140H0z', p.mainDark) +
      [120, 168, 208, 650, 700]
        .map(
          (x, index) =>
            line(`M${x} ${720 - (index % 2) * 16}V${500 + (index % 3) * 30}`, p.paper, 11) +
            ellipse(x, 480 + (index % 3) * 30, 32, 48, p.gold),
        )
        .join(''),
  ),
} satisfies Record<string, Motif>

function standing(draw: Motif['draw']): Motif {
  return { setting: 'standing', draw }
}

function hanging(draw: Motif['draw']): Motif {
  return { setting: 'hanging', draw }
}

function leaf(x: number, y: number, turn: number, size: number, fill: string): string {
  return path(LEAF, fill, ` transform="translate(${x} ${y}) rotate(${turn}) scale(${size})"`)
}
