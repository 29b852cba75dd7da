import { box, ellipse, line, type Motif, path, standing, tableShadow } from '../motif.ts'

/** Vessels and other containers: drawn standing. */
export const vessels = {
  mug: standing(
    (p) =>
      tableShadow(395, 150) +
      line('M500 430c76-14 104 30 92 76s-62 66-104 52', p.mainDark, 30) +
      path('M272 396h236v112c0 68-42 112-96 112h-44c-54 0-96-44-96-112z', p.lit.main) +
      path('M272 396h236v90c-40 26-70-8-118 10s-84 18-118-6z', p.lit.second, ' opacity=".92"') +
      ellipse(390, 396, 118, 27, p.mainDark) +
      ellipse(390, 402, 104, 20, '#5b3a24') +
      line('M362 340c-18-26 18-42 0-72M420 334c-16-24 16-38 0-64', '#fffaf0', 9, ' opacity=".55"'),
  ),
  bowl: standing(
    (p) =>
      tableShadow(400, 175) +
      path('M345 596h110l12 24H333z', p.mainDark) +
      path('M204 440h392c0 96-76 160-150 160h-92c-74 0-150-64-150-160z', p.lit.main) +
      path('M204 440h392c-1 17-4 33-8 48H212c-4-15-7-31-8-48z', p.lit.second) +
      ellipse(400, 440, 196, 40, p.mainDark) +
      ellipse(400, 448, 176, 30, p.secondDark),
  ),
  plate: standing(
    (p) =>
      tableShadow(400, 200) +
      ellipse(400, 604, 200, 26, p.mainDark) +
      ellipse(400, 588, 206, 27, p.lit.main) +
      ellipse(400, 570, 190, 25, p.secondDark) +
      ellipse(400, 556, 190, 25, p.lit.second) +
      ellipse(400, 538, 160, 22, p.mainDark) +
      ellipse(400, 526, 160, 22, p.lit.main) +
      ellipse(400, 526, 104, 13, p.mainLight),
  ),
  jar: standing(
    (p) =>
      tableShadow(400, 140) +
      path(
        'M286 350h228c18 18 24 34 24 60v178c0 22-10 32-32 32H294c-22 0-32-10-32-32V410c0-26 6-42 24-60z',
        p.lit.main,
      ) +
      box(276, 284, 248, 70, p.lit.wood, 14) +
      box(276, 330, 248, 8, p.woodDark) +
      box(262, 432, 276, 112, p.paper) +
      line(
        'M400 456v62M400 486c-20 0-28-10-28-22 18 0 28 8 28 22zm0 12c20 0 28-10 28-22-18 0-28 8-28 22z',
        p.leafDark,
        7,
      ) +
      line('M284 424v172', '#fff', 12, ' opacity=".28"'),
  ),
  candle: standing(
    (p) =>
      '<circle cx="400" cy="300" r="170" fill="#ffe9a8" opacity=".22"/><circle cx="400" cy="300" r="92" fill="#fff0bd" opacity=".35"/>' +
      tableShadow(400, 130) +
      path('M290 410h220v190c0 12-8 20-22 20H312c-14 0-22-8-22-20z', p.lit.main) +
      ellipse(400, 410, 110, 25, p.mainLight) +
      ellipse(400, 413, 82, 16, p.mainDark, ' opacity=".35"') +
      line('M400 412v-48', '#3a2a1c', 7) +
      path('M400 252c30 44 42 66 42 84 0 22-18 38-42 38s-42-16-42-38c0-18 12-40 42-84z', '#f2b13a') +
      path('M400 306c14 22 20 32 20 42 0 12-9 20-20 20s-20-8-20-20c0-10 6-20 20-42z', '#fff3c4') +
      box(290, 478, 220, 78, p.lit.second),
  ),
  vase: standing(
    (p) =>
      sprig(p.leaf, p.leafDark, p.gold) +
      tableShadow(400, 125) +
      path(
        'M362 372h76c0 52 82 66 82 146 0 66-44 102-82 102h-76c-38 0-82-36-82-102 0-80 82-94 82-146z',
        p.lit.main,
      ) +
      path(
        'M288 486c30 26 194 26 224 0 5 12 8 24 8 34-38 28-202 28-240 0 0-10 3-22 8-34z',
        p.second,
        ' opacity=".8"',
      ) +
      ellipse(400, 372, 38, 10, p.mainDark),
  ),
  kettle: standing(
    (p) =>
      tableShadow(400, 170) +
      line('M548 452c96-40 118 90 6 118', p.mainDark, 26) +
      path('M262 470c-50-4-76-40-106-76l44-18c20 34 44 52 84 52z', p.lit.main) +
      path(
        'M240 500c0-70 62-112 160-112s160 42 160 112c0 76-56 120-110 120H350c-54 0-110-44-110-120z',
        p.lit.main,
      ) +
      path('M300 408c4-30 40-46 100-46s96 16 100 46c-60 16-140 16-200 0z', p.lit.second) +
      ellipse(400, 350, 24, 20, p.lit.wood),
  ),
  pack: standing(
    (p) =>
      tableShadow(400, 140) +
      path('M284 300h232l16 320H268z', p.lit.main) +
      path('M284 300l20-62h192l20 62z', p.mainDark) +
      box(304, 226, 192, 26, p.lit.wood, 6) +
      path('M290 392h220l8 150H282z', p.paper) +
      ellipse(400, 466, 34, 46, p.secondDark, ' transform="rotate(24 400 466)"') +
      line('M386 504c4-26 30-40 28-76', p.paper, 7),
  ),
  soap: standing(
    (p) =>
      tableShadow(400, 180) +
      path('M220 560h360c0 40-30 60-70 60H290c-40 0-70-20-70-60z', p.lit.wood) +
      path(
        'M262 470c0-30 22-46 54-46h168c32 0 54 16 54 46v52c0 26-18 42-46 42H308c-28 0-46-16-46-42z',
        p.lit.main,
      ) +
      path(
        'M262 470c0-30 22-46 54-46h168c32 0 54 16 54 46 0 24-22 38-54 38H316c-32 0-54-14-54-38z',
        p.mainLight,
      ) +
      line('M356 466c20-22 28-22 44 0s28 20 44 0', p.mainDark, 8, ' opacity=".6"') +
      '<circle cx="540" cy="392" r="22" fill="#fff" opacity=".5"/><circle cx="586" cy="350" r="13" fill="#fff" opacity=".45"/><circle cx="566" cy="420" r="9" fill="#fff" opacity=".5"/>',
  ),
} satisfies Record<string, Motif>

function sprig(leaf: string, stem: string, gold: string): string {
  const positions = [
    [-92, -150, -30],
    [-40, -200, -10],
    [30, -224, 8],
    [86, -160, 32],
    [-112, -84, -50],
    [112, -92, 50],
    [-6, -140, 0],
  ]
  return (
    line(
      'M400 380c-6-70-20-120-70-170M400 380c2-90 14-130 40-190M400 380c20-60 60-90 96-110M400 380c-30-50-70-66-104-80',
      stem,
      6,
    ) +
    positions
      .map(([x, y, turn], index) =>
        path(
          'M0-40C22-22 32-6 32 10 32 28 18 36 0 36s-32-8-32-26C-32-6-22-22 0-40z',
          index % 3 === 0 ? gold : leaf,
          ` transform="translate(${400 + x!} ${372 + y!}) rotate(${turn})"`,
        ),
      )
      .join('')
  )
}
