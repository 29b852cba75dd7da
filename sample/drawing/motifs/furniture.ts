import {
  both,
  box,
  cloth,
  ellipse,
  hanging,
  line,
  type Motif,
  path,
  standing,
  tableShadow,
} from '../motif.ts'

/** Furniture: most of it drawn standing on the floor. */
export const furniture = {
  lamp: standing(
    (p) =>
      path('M290 400h220l150 220H140z', '#fff3c4', ' opacity=".28"') +
      tableShadow(400, 130) +
      box(391, 390, 18, 212, p.lit.metal) +
      path('M300 600h200c10 0 14 6 14 12v8H286v-8c0-6 4-12 14-12z', p.lit.metal) +
      path('M322 190h156l66 214H256z', p.lit.main) +
      path('M256 404h288c0 16-288 16-288 0z', '#fff0bd') +
      line('M522 404v66', p.metalDark, 4) +
      ellipse(522, 478, 8, 8, p.gold),
  ),
  light: standing(
    (p) =>
      path('M240 452h320l110 348H130z', '#fff3c4', ' opacity=".26"') +
      line('M400 0v226', '#2b3630', 7) +
      path('M376 210h48v50h-48z', p.metalDark) +
      path('M400 250c110 0 176 78 182 186H218c6-108 72-186 182-186z', p.lit.main) +
      ellipse(400, 438, 182, 26, p.mainDark) +
      ellipse(400, 444, 58, 22, '#fff0bd'),
  ),
  armchair: standing(
    (p) =>
      tableShadow(400, 220) +
      line('M266 580l-16 38M534 580l16 38', p.woodDark, 18) +
      path('M262 300c0-76 40-104 138-104s138 28 138 104v170H262z', p.lit.main) +
      line('M350 230v180M450 230v180', p.mainDark, 5, ' opacity=".35"') +
      path('M256 446h288v96H256z', p.mainLight) +
      box(256, 526, 288, 62, p.mainDark, 10) +
      both(path('M190 400c0-32 22-48 46-48s44 16 44 48v190h-62c-18 0-28-10-28-28z', p.lit.main)) +
      cloth(
        'M322 350c50-12 106-12 156 0 10 44 10 70 0 108-50 10-106 10-156 0-10-38-10-64 0-108z',
        p.lit.second,
        p.pattern,
      ),
  ),
  table: standing(
    (p) =>
      tableShadow(400, 240) +
      line('M240 440l-34 178M560 440l34 178', p.woodDark, 22) +
      line('M300 440l-10 150M500 440l10 150', p.woodDark, 16, ' opacity=".6"') +
      box(236, 428, 328, 52, p.woodDark, 4) +
      path('M160 392h480c12 0 16 8 14 20-2 14-8 20-20 20H166c-12 0-18-6-20-20-2-12 2-20 14-20z', p.lit.wood) +
      path('M352 318h96l-10 74h-76z', p.lit.main) +
      line('M400 318c0-50-30-70-44-96M400 318c0-60 20-80 44-110', p.leafDark, 7) +
      ellipse(352, 214, 20, 30, p.leaf, ' transform="rotate(-24 352 214)"') +
      ellipse(450, 200, 20, 30, p.gold, ' transform="rotate(24 450 200)"'),
  ),
  pillow: standing(
    (p) =>
      tableShadow(410, 210) +
      cloth(
        'M300 240c90 18 190 14 268-10 12 6 16 14 14 26-16 90-14 180 8 262 2 14-4 22-16 24-90-14-180-12-262 8z',
        p.lit.second,
        p.pattern,
      ) +
      cloth(
        'M212 330c90 20 180 18 262-6 12 4 18 12 16 24-14 84-12 166 8 244 2 14-4 22-16 26-86-14-172-12-254 4-14 0-20-8-20-20 12-84 8-166-16-246-2-14 6-24 20-26z',
        p.lit.main,
        p.pattern,
      ) +
      line('M220 338c40 30 60 40 90 50M482 600c-30-24-50-36-80-46', p.mainDark, 5, ' opacity=".35"'),
  ),
  stool: standing(
    (p) =>
      tableShadow(400, 160) +
      line('M404 440v172', p.woodDark, 24) +
      line('M318 440l-46 174M486 440l46 174', p.wood, 26) +
      line('M296 540h214', p.woodDark, 14) +
      ellipse(400, 428, 160, 38, p.mainDark) +
      ellipse(400, 412, 160, 38, p.lit.main) +
      ellipse(400, 408, 118, 24, p.mainDark, ' opacity=".2"'),
  ),
  lantern: standing(
    (p) =>
      '<circle cx="400" cy="430" r="200" fill="#ffe9a8" opacity=".22"/>' +
      tableShadow(400, 130) +
      line('M310 330c-40-190 220-190 180 0', p.steelDark, 10) +
      box(296, 560, 208, 60, p.lit.main, 12) +
      path('M330 340h140l20 220H310z', '#fff3c4', ' opacity=".7"') +
      path('M400 420c24 36 34 54 34 72 0 20-14 34-34 34s-34-14-34-34c0-18 10-36 34-72z', '#f2b13a') +
      line('M330 340l-20 220M470 340l20 220', p.steelDark, 10) +
      path('M316 340h168l-40-74h-88z', p.lit.main) +
      box(364, 240, 72, 30, p.mainDark, 8),
  ),
  globe: hanging(
    (p) =>
      '<circle cx="400" cy="330" r="250" fill="#ffe9a8" opacity=".25"/>' +
      box(364, 470, 72, 190, p.metal, 30) +
      line('M400 560V440', p.metalDark, 22) +
      ellipse(400, 456, 66, 18, p.metal) +
      ellipse(400, 320, 138, 138, '#fff8e2') +
      ellipse(368, 282, 56, 48, '#fff', ' opacity=".8"'),
  ),
  bed: standing(
    (p) =>
      tableShadow(400, 290) +
      line('M140 600v18M660 600v18', p.woodDark, 22) +
      path('M150 290c0-50 30-70 70-70h360c40 0 70 20 70 70v230H150z', p.lit.wood) +
      path(
        'M196 392c0-30 20-44 50-44h104c30 0 44 14 44 44v40H196zM406 392c0-30 20-44 50-44h104c30 0 44 14 44 44v40H406z',
        p.paper,
      ) +
      path('M136 470c0-32 20-46 52-46h424c32 0 52 14 52 46v130H136z', p.lit.main) +
      cloth('M136 500c60 26 130-14 200 6s140 20 200 0 90-10 128 0v100H136z', p.lit.second, p.pattern),
  ),
  blanket: standing(
    (p) =>
      tableShadow(400, 230) +
      [
        [560, p.lit.main],
        [496, p.lit.second],
        [432, p.lit.main],
        [368, p.lit.wood],
      ]
        .map(([y, fill], index) => {
          const top = Number(y)
          const d = `M214 ${top}h372c20 0 30 14 30 30s-10 30-30 30H214c-20 0-30-14-30-30s10-30 30-30z`
          return (
            cloth(d, String(fill), index === 2 ? p.pattern : undefined) +
            line(`M226 ${top + 30}h352`, '#1a1410', 4, ' opacity=".18"')
          )
        })
        .join(''),
  ),
  rug: hanging(
    (p) =>
      box(232, 130, 336, 540, p.lit.main) +
      box(256, 154, 288, 492, p.second, 0) +
      box(272, 170, 256, 460, p.main) +
      [230, 330, 430, 530]
        .map(
          (y) =>
            path(`M400 ${y}l84 50-84 50-84-50z`, p.gold) +
            path(`M400 ${y + 24}l44 26-44 26-44-26z`, p.mainDark),
        )
        .join('') +
      line(
        Array.from(
          { length: 19 },
          (_, index) => `M${240 + index * 17.7} 130v-26M${240 + index * 17.7} 670v26`,
        ).join(''),
        p.paper,
        5,
      ),
  ),
  clock: hanging(
    (p) =>
      `<circle cx="400" cy="400" r="226" fill="${p.lit.wood}"/><circle cx="400" cy="400" r="194" fill="${p.lit.main}"/>` +
      [0, 30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 330]
        .map(
          (turn) =>
            `<path d="M400 228v${turn % 90 ? 18 : 34}" stroke="${p.second}" stroke-width="${turn % 90 ? 6 : 11}" stroke-linecap="round" transform="rotate(${turn} 400 400)"/>`,
        )
        .join('') +
      line('M400 400l-62-82', p.secondDark, 15) +
      line('M400 400l96-74', p.secondDark, 10) +
      ellipse(400, 400, 15, 15, p.gold),
  ),
  mirror: hanging(
    (p) =>
      ellipse(400, 400, 214, 262, p.lit.wood) +
      ellipse(400, 400, 186, 234, '#dfe8e6') +
      path('M250 460l190-290c40 8 72 26 98 54L286 560c-18-28-30-62-36-100z', '#fff', ' opacity=".55"') +
      line('M300 580l262-350', '#fff', 12, ' opacity=".5"'),
  ),
} satisfies Record<string, Motif>
