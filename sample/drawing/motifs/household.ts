import { box, cloth, ellipse, hanging, line, type Motif, path, standing, tableShadow } from '../motif.ts'

/** Bags, books, toys, tools and the rest of a household. */
export const household = {
  bag: standing(
    (p) =>
      tableShadow(400, 190) +
      line('M316 360c0-190 168-190 168 0', p.woodDark, 20) +
      cloth('M226 340h348l26 256c2 16-6 24-22 24H222c-16 0-24-8-22-24z', p.lit.main, p.pattern) +
      path('M226 340h348l7 66c-60 64-302 64-362 0z', p.mainDark) +
      box(376, 424, 48, 56, p.lit.metal, 8),
  ),
  tote: standing(
    (p) =>
      tableShadow(400, 180) +
      line('M324 350c0-210 152-210 152 0', p.mainDark, 18) +
      cloth('M250 340h300l22 258c1 14-8 22-22 22H250c-14 0-23-8-22-22z', p.lit.main, p.pattern) +
      line('M252 366h296', p.mainDark, 6) +
      path('M400 420c66 44 66 110 0 150-66-40-66-106 0-150z', p.second) +
      line('M400 440v150', p.mainDark, 6),
  ),
  backpack: standing(
    (p) =>
      tableShadow(400, 180) +
      line('M352 206c0-60 96-60 96 0', p.woodDark, 16) +
      path(
        'M250 330c0-90 56-134 150-134s150 44 150 134v250c0 26-14 40-40 40H290c-26 0-40-14-40-40z',
        p.lit.main,
      ) +
      path('M250 330c0-90 56-134 150-134s150 44 150 134v40c-90 34-210 34-300 0z', p.lit.second) +
      path('M286 450h228v124c0 18-10 28-28 28H314c-18 0-28-10-28-28z', p.mainDark) +
      line('M330 340v96M470 340v96', p.woodDark, 16) +
      box(316, 420, 28, 36, p.metal, 5) +
      box(456, 420, 28, 36, p.metal, 5),
  ),
  basket: standing(
    (p) =>
      line('M250 420c0-250 300-250 300 0', p.woodDark, 20) +
      tableShadow(400, 210) +
      path('M196 416h408l-38 184c-3 14-10 20-24 20H258c-14 0-21-6-24-20z', p.lit.wood) +
      line('M212 470h376M222 516h356M232 562h336', p.woodDark, 9, ' opacity=".55"') +
      line(
        'M270 430l14 180M334 430l6 184M400 430v186M466 430l-6 184M530 430l-14 180',
        p.woodDark,
        7,
        ' opacity=".4"',
      ) +
      box(186, 400, 428, 32, p.lit.main, 14),
  ),
  book: standing(
    (p) =>
      tableShadow(400, 220) +
      slab(566, 190, 420, p.lit.second, p.paper) +
      slab(512, 216, 380, p.lit.main, p.paper) +
      path(
        'M330 196l150-30c12-2 18 4 20 14l58 302c2 12-4 18-14 20l-150 28c-12 2-18-4-20-14l-58-298c-2-12 4-20 14-22z',
        p.lit.main,
      ) +
      path('M330 196l26-5 62 334-24 5c-12 2-18-4-20-14l-58-298c-2-12 4-20 14-22z', p.mainDark) +
      path('M440 262c26 8 40 24 42 44 2 18-10 30-30 32-18 2-32-8-34-26-2-16 6-32 22-50z', p.gold),
  ),
  notebook: hanging(
    (p) =>
      `<g transform="rotate(-6 400 400)">${box(252, 152, 300, 496, p.paper, 10)}${box(240, 144, 300, 500, p.lit.main, 12)}${box(240, 144, 52, 500, p.mainDark, 10)}${box(494, 140, 16, 508, p.second)}${box(330, 250, 130, 86, p.paper, 4)}${line('M352 282h86M352 306h54', p.mainDark, 6)}</g>` +
      `<g transform="rotate(24 640 420)">${box(626, 210, 26, 330, p.gold)}${path('M626 540h26l-13 46z', p.paper)}${path('M634 568h10l-5 18z', '#2b3630')}${box(626, 186, 26, 30, p.second, 6)}</g>`,
  ),
  engine: standing(
    (p) =>
      tableShadow(400, 250) +
      box(180, 500, 440, 52, p.lit.wood, 14) +
      path('M206 330h170v176H206z', p.lit.main) +
      box(236, 362, 96, 76, p.paper, 8) +
      path('M190 306h204v30H190z', p.mainDark) +
      path('M376 404h170c36 0 56 30 56 102H376z', p.lit.second) +
      path('M490 324h56l-8 84h-40z', p.mainDark) +
      [252, 400, 548]
        .map(
          (x) =>
            `<circle cx="${x}" cy="566" r="54" fill="${p.gold}"/><circle cx="${x}" cy="566" r="20" fill="${p.woodDark}"/>`,
        )
        .join('') +
      '<circle cx="560" cy="268" r="26" fill="#fff" opacity=".6"/><circle cx="606" cy="226" r="18" fill="#fff" opacity=".45"/>',
  ),
  trowel: hanging(
    (p) =>
      `<g transform="rotate(-32 400 400)">${path('M330 120h140c24 130 10 210-70 264-80-54-94-134-70-264z', p.lit.steel)}${path('M400 130c6 90 4 170 0 240', p.steelDark, ' opacity=".6"')}${line('M400 376v76', p.steelDark, 22)}${path('M372 446h56l10 190c2 28-12 44-38 44s-40-16-38-44z', p.lit.wood)}${box(368, 440, 64, 30, p.lit.main, 8)}${ellipse(400, 650, 9, 9, p.paper)}</g>`,
  ),
  knife: hanging(
    (p) =>
      `<g transform="rotate(34 400 400)">${path('M372 90c50 60 74 160 74 330h-74z', p.lit.steel)}${path('M372 420h74v30h-74z', p.steelDark)}${path('M370 450h78l6 220c0 20-14 30-42 30s-44-10-44-30z', p.lit.wood)}${[500, 570, 640].map((y) => ellipse(410, y, 8, 8, p.lit.steel)).join('')}</g>`,
  ),
  spoon: hanging(
    (p) =>
      `<g transform="rotate(-24 400 400)">${box(346, 330, 26, 370, p.wood, 13)}${ellipse(359, 220, 74, 118, p.lit.wood)}${ellipse(362, 214, 46, 84, p.woodDark, ' opacity=".5"')}</g><g transform="rotate(20 400 400)">${box(426, 330, 26, 370, p.woodDark, 13)}${path('M366 110h146v180c0 46-30 70-73 70s-73-24-73-70z', p.lit.wood)}${line('M414 140v140M464 140v140', p.woodDark, 14)}</g>`,
  ),
  brush: hanging(
    (p) =>
      `<g transform="rotate(38 400 400)">${path('M366 90h68c10 0 14 8 14 18l-8 240h-80l-8-240c0-10 4-18 14-18z', p.lit.wood)}${path('M330 340h140c22 0 34 12 34 34v126H296V374c0-22 12-34 34-34z', p.lit.main)}${path('M304 500h192l-14 170c-60 16-104 16-164 0z', p.paper)}${line('M340 510l4 150M370 510l2 160M400 510v164M430 510l-2 160M460 510l-4 150', p.mainDark, 4, ' opacity=".4"')}</g>`,
  ),
  umbrella: hanging(
    (p) =>
      line('M400 150v440c0 60 84 60 84 0', p.woodDark, 18) +
      path(
        'M130 410c20-180 130-270 270-270s250 90 270 270c-30-40-74-40-104 0-34-40-76-40-110 0-34-40-78-40-112 0-34-40-76-40-110 0-30-40-74-40-104 0z',
        p.lit.main,
      ) +
      path('M344 410c-6-120 10-200 56-270 46 70 62 150 56 270-34-40-78-40-112 0z', p.lit.second),
  ),
} satisfies Record<string, Motif>

function slab(y: number, x: number, width: number, cover: string, paper: string): string {
  return (
    box(x, y, width, 54, cover, 8) +
    box(x + 14, y + 11, width - 14, 32, paper) +
    line(
      `M${x + 20} ${y + 22}h${width - 30}M${x + 20} ${y + 33}h${width - 30}`,
      '#1a1410',
      2,
      ' opacity=".15"',
    )
  )
}
