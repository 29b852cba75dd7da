import { box, cloth, ellipse, hanging, line, type Motif, path, standing, tableShadow } from '../motif.ts'

/** Kitchenware other than the vessels in `vessels.ts`. */
export const kitchen = {
  skillet: hanging(
    (p) =>
      `<g transform="rotate(38 400 400)">${box(374, 520, 52, 220, IRON_DARK, 24)}${ellipse(400, 706, 10, 14, p.paper)}${path('M196 300l-22 34 40 12zM604 300l22 34-40 12z', IRON)}${ellipse(400, 340, 206, 206, IRON)}${ellipse(400, 340, 176, 176, IRON_DARK)}${line('M282 270c30-56 90-86 150-80', '#fff', 12, ' opacity=".18"')}</g>`,
  ),
  jug: standing(
    (p) =>
      tableShadow(400, 140) +
      line('M474 330c120-16 140 100 70 176', p.mainDark, 28) +
      path('M322 286l-62 6 74 66z', p.mainDark) +
      path(
        'M322 286h156c-8 66 66 116 66 208 0 84-56 126-144 126s-144-42-144-126c0-92 74-142 66-208z',
        p.lit.main,
      ) +
      path('M262 462c70 30 206 30 276 0 4 14 6 28 6 40-70 34-218 34-288 0 0-12 2-26 6-40z', p.lit.second) +
      ellipse(400, 286, 78, 16, p.mainDark),
  ),
  tumbler: standing(
    (p) =>
      tableShadow(400, 120) +
      path('M290 330h220l-22 272c-1 12-8 18-20 18H332c-12 0-19-6-20-18z', p.lit.main, ' opacity=".75"') +
      path('M298 430h204l-14 172c-1 12-8 18-20 18H332c-12 0-19-6-20-18z', p.lit.main) +
      ellipse(400, 330, 110, 22, p.mainDark, ' opacity=".6"') +
      ellipse(400, 430, 101, 18, p.mainDark, ' opacity=".7"') +
      [
        [350, 500],
        [372, 556],
        [446, 486],
        [430, 570],
      ]
        .map(([x, y]) => ellipse(x!, y!, 7, 7, '#fff', ' opacity=".5"'))
        .join('') +
      line('M318 360l16 220', '#fff', 12, ' opacity=".35"'),
  ),
  flask: standing(
    (p) =>
      tableShadow(400, 100) +
      box(338, 290, 124, 330, p.lit.steel, 26) +
      box(346, 186, 108, 120, p.lit.main, 22) +
      box(338, 296, 124, 16, p.steelDark, 6) +
      box(338, 560, 124, 14, p.lit.main) +
      line('M364 336v200', '#fff', 12, ' opacity=".4"'),
  ),
  carafe: standing(
    (p) =>
      tableShadow(400, 140) +
      path(
        'M346 226h108c-2 90-6 120 62 226 52 84 6 168-52 168H336c-58 0-104-84-52-168 68-106 64-136 62-226z',
        p.lit.second,
        ' opacity=".7"',
      ) +
      path('M276 466h248c40 78-4 154-60 154H336c-56 0-100-76-60-154z', '#5b3a24') +
      ellipse(400, 466, 124, 18, '#6f4a30') +
      box(338, 316, 124, 66, p.lit.wood, 12) +
      ellipse(400, 350, 9, 9, p.woodDark) +
      ellipse(400, 226, 54, 11, p.secondDark),
  ),
  tray: hanging(
    (p) =>
      `<g transform="rotate(-10 400 400)">${box(130, 240, 540, 320, p.lit.wood, 56)}<rect x="206" y="272" width="388" height="256" rx="34" fill="none" stroke="${p.woodDark}" stroke-width="10" opacity=".6"/>${box(156, 350, 26, 100, p.woodDark, 13)}${box(618, 350, 26, 100, p.woodDark, 13)}${line('M240 340c90-16 200 14 320-4M240 400c100 14 210-14 320 4M240 460c80-10 220 12 320-2', p.woodDark, 4, ' opacity=".3"')}</g>`,
  ),
  apron: hanging(
    (p) =>
      line('M324 196c-10-120 162-120 152 0', p.woodDark, 13) +
      line('M214 392c-50 8-70 60-64 120M586 392c50 8 70 60 64 120', p.woodDark, 13) +
      cloth('M318 190h164c4 90 40 150 110 190v320H208V380c70-40 106-100 110-190z', p.lit.main, p.pattern) +
      box(280, 470, 240, 130, p.mainDark, 10) +
      line('M400 470v130', p.main, 6),
  ),
} satisfies Record<string, Motif>

const IRON = '#454d49'
const IRON_DARK = '#333a37'
