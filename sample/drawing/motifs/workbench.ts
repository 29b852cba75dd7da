import { box, ellipse, hanging, line, type Motif, path, standing, tableShadow } from '../motif.ts'

/** Objects from a kitchen counter, a desk or a garden bench. */
export const workbench = {
  board: hanging(
    (p) =>
      `<g transform="rotate(14 400 400)">${box(364, 90, 72, 170, p.lit.wood, 30)}${box(232, 210, 336, 470, p.lit.wood, 34)}${ellipse(400, 134, 15, 15, p.woodDark)}<rect x="262" y="240" width="276" height="410" rx="22" fill="none" stroke="${p.woodDark}" stroke-width="9" opacity=".55"/>${line('M300 300c60 14 120-14 200 4M300 420c70-12 130 16 200 0M300 540c60 12 130-12 200 2', p.woodDark, 4, ' opacity=".3"')}</g>`,
  ),
  cutlery: hanging(
    (p) =>
      `${path('M226 110c30 40 44 120 40 290h-40z', p.lit.steel)}${box(224, 396, 42, 300, p.lit.steel, 20)}${box(346, 300, 32, 396, p.lit.steel, 16)}${path('M316 110h22v120h14V110h20v120h14V110h22v150c0 40-20 62-46 62s-46-22-46-62z', p.lit.steel)}${[484, 590].map((x) => box(x, 260, 30, 436, p.lit.steel, 15) + ellipse(x + 15, 200, 42, 92, p.lit.steel) + ellipse(x + 15, 194, 26, 66, p.steelDark, ' opacity=".35"')).join('')}`,
  ),
  pencil: hanging((p) =>
    [-13, 0, 13]
      .map(
        (turn, i) =>
          `<g transform="rotate(${turn} 400 760)">${box(378, 210, 44, 450, [p.main, p.wood, p.second][i]!, 4)}${path('M378 214l22-110 22 110z', p.lit.wood)}${path('M392 144l8-40 8 40z', '#2b3630')}${box(378, 640, 44, 30, p.gold, 4)}</g>`,
      )
      .join(''),
  ),
  pen: hanging(
    (p) =>
      `<g transform="rotate(34 400 400)">${box(372, 190, 56, 420, p.main, 18)}${path('M374 204l26-116 26 116z', p.steelDark)}${path('M396 120l4-32 4 32z', '#2b3630')}${line('M392 220v370', p.paper, 7, ' opacity=".45"')}${box(368, 430, 64, 14, p.steelDark, 4)}</g>`,
  ),
  card: hanging(
    (p) =>
      `<g transform="rotate(-8 400 400)">${box(236, 150, 360, 500, p.mainLight, 6)}${box(210, 160, 360, 500, p.paper, 6)}${line('M390 580V270', p.mainDark, 8)}${[300, 370, 440].map((y) => path(`M390 ${y + 60}c-70-4-90-40-92-72 50 0 86 24 92 72zM390 ${y + 40}c64-4 84-40 86-70-48 0-80 22-86 70z`, p.main)).join('')}</g>`,
  ),
  shelf: hanging(
    (p) =>
      `${box(160, 440, 480, 34, p.lit.wood, 4)}${box(160, 470, 480, 10, p.woodDark, 3)}${box(210, 250, 44, 190, p.main, 4)}${box(258, 280, 36, 160, p.second, 4)}${box(298, 262, 40, 178, p.mainDark, 4)}${path('M470 340h90l-12 100h-66z', p.lit.main)}${line('M515 340c0-50-30-76-54-84M515 340c0-60 26-90 52-98', p.mainDark, 8)}`,
  ),
  hammock: hanging(
    (p) =>
      `${box(120, 120, 44, 560, p.woodDark, 10)}${box(636, 120, 44, 560, p.woodDark, 10)}${line('M142 260L232 330M142 260L222 372M658 260L568 330M658 260L578 372', p.paper, 6)}${path('M222 330c80 150 276 150 356 0 10 30 0 60-14 80-76 130-252 130-328 0-14-20-24-50-14-80z', p.lit.main)}${line('M244 396c80 110 232 110 312 0', p.second, 14)}${line('M234 362c84 126 248 126 332 0', p.paper, 8)}`,
  ),
  fork: hanging(
    (p) =>
      `<g transform="rotate(-32 400 400)">${line('M330 120v150c0 70 140 70 140 0V120M400 120v250', p.steelDark, 26)}${line('M400 350v100', p.steelDark, 24)}${path('M372 446h56l10 190c2 28-12 44-38 44s-40-16-38-44z', p.lit.wood)}${box(368, 440, 64, 30, p.lit.main, 8)}${ellipse(400, 650, 9, 9, p.paper)}</g>`,
  ),
  hatchet: hanging(
    (p) =>
      `<g transform="rotate(28 400 400)">${path('M380 150h40l14 504c0 16-10 26-34 26s-34-10-34-26z', p.lit.wood)}${path('M352 170h96v104h-96c-40 4-76 30-104 64-28-70-28-162 0-232 28 34 64 60 104 64z', p.lit.steel)}${path('M248 106c-28 70-28 162 0 232l20-20c-20-60-20-132 0-192z', p.steelDark, ' opacity=".45"')}${box(366, 580, 68, 86, p.main, 12)}</g>`,
  ),
  box: standing(
    (p) =>
      tableShadow(400, 200) +
      box(206, 450, 388, 170, p.lit.wood, 12) +
      box(190, 424, 420, 44, p.lit.wood, 8) +
      box(206, 468, 388, 8, p.woodDark) +
      ellipse(400, 446, 34, 11, p.woodDark) +
      line('M236 520c100-12 220 12 328-2M236 570c90 10 230-12 328 4', p.woodDark, 4, ' opacity=".3"'),
  ),
  calendar: hanging(
    (p) =>
      `${line('M400 92v40', p.woodDark, 10)}${box(216, 130, 368, 530, p.paper, 6)}${box(206, 122, 388, 24, p.lit.wood, 6)}${box(246, 176, 308, 210, p.mainLight)}${path('M246 386v-60c100-50 200-30 308 0v60z', p.main)}${[296, 350, 420, 490].map((x, i) => line(`M${x} 370V${210 + (i % 2) * 24}`, p.paper, 14)).join('')}${[0, 1, 2, 3].map((row) => [0, 1, 2, 3, 4, 5, 6].map((day) => ellipse(264 + day * 45, 440 + row * 52, 9, 9, p.woodDark, ' opacity=".55"')).join('')).join('')}`,
  ),
  secateurs: hanging(
    (p) =>
      `<g transform="rotate(-24 400 400)">${path('M394 410C360 330 350 220 392 110c44 90 50 200 34 300z', p.lit.steel)}${path('M408 420c50-50 74-120 60-210-50 50-84 110-96 190z', p.steelDark)}${path('M376 420h42c-6 110-40 200-60 270-12 18-40 10-38-14 8-80 30-170 56-256z', p.lit.wood)}${path('M388 420h44c44 80 60 170 62 250-2 24-30 30-40 10-24-70-60-150-66-260z', p.lit.wood)}<circle cx="402" cy="416" r="22" fill="${p.gold}"/></g>`,
  ),
} satisfies Record<string, Motif>
