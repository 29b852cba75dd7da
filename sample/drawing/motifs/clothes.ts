import { both, box, cloth, ellipse, hanging, line, type Motif, path } from '../motif.ts'

/** Clothes: drawn hanging on a wall, some on a hanger. */
export const clothes = {
  tee: hanging(
    (p) =>
      hanger(p.woodDark) +
      cloth(
        'M322 236c24 40 132 40 156 0l104 50 64 130-84 42-36-62v244H274V396l-36 62-84-42 64-130z',
        p.lit.main,
        p.pattern,
      ) +
      line('M322 236c24 44 132 44 156 0', p.mainDark, 16) +
      line('M274 396c6 20 6 50 4 80M526 396c-6 20-6 50-4 80', p.mainDark, 5, ' opacity=".5"'),
  ),
  jumper: hanging(
    (p) =>
      hanger(p.woodDark) +
      cloth(
        'M330 232c20 26 120 26 140 0 60 14 96 40 112 84l66 282-78 22-46-176v196H276V444l-46 176-78-22 66-282c16-44 52-70 112-84z',
        p.lit.main,
        p.pattern,
      ) +
      path('M330 232c20 26 120 26 140 0l14 24c-30 34-138 34-168 0z', p.mainDark) +
      box(276, 606, 248, 36, p.mainDark, 6) +
      both(path('M152 598l78 22-8 34-78-22z', p.mainDark)) +
      line('M276 444c4 30 4 60 2 90M524 444c-4 30-4 60-2 90', p.mainDark, 5, ' opacity=".5"'),
  ),
  shirt: hanging(
    (p) =>
      hanger(p.woodDark) +
      cloth(
        'M330 232h140c60 14 96 36 112 84l60 268-74 20-44-168v214H276V436l-44 168-74-20 60-268c16-48 52-70 112-84z',
        p.lit.main,
        p.pattern,
      ) +
      line('M400 296v350', p.mainDark, 5) +
      both(path('M328 226l72 72-48 40-52-92z', p.mainLight)) +
      [360, 420, 480, 540, 600]
        .map(
          (y) =>
            `<circle cx="414" cy="${y}" r="7" fill="${p.paper}" stroke="${p.mainDark}" stroke-width="2"/>`,
        )
        .join(''),
  ),
  jacket: hanging(
    (p) =>
      hanger(p.woodDark) +
      path('M330 226h140v160H330z', p.lit.second) +
      both(
        path('M326 226l74 150v284H262V436l-44 186-86-22 72-290c12-44 60-70 122-84z', p.lit.main) +
          path('M326 226l74 150-48 84-62-108 28-26-34-20z', p.mainDark) +
          line('M284 560h72', p.mainDark, 8),
      ) +
      line('M400 380v278', p.metalDark, 6) +
      `<circle cx="416" cy="470" r="9" fill="${p.metal}"/><circle cx="416" cy="540" r="9" fill="${p.metal}"/>`,
  ),
  trousers: hanging(
    (p) =>
      cloth('M284 180h232l34 470H440l-40-300-40 300H250z', p.lit.main, p.pattern) +
      box(282, 176, 236, 40, p.mainDark, 6) +
      line('M400 216v134M320 220c0 40-14 56-38 60M480 220c0 40 14 56 38 60', p.mainDark, 6) +
      `<circle cx="400" cy="196" r="9" fill="${p.metal}"/>`,
  ),
  beanie: hanging(
    (p) =>
      path('M220 510c0-180 70-280 180-280s180 100 180 280z', p.lit.main) +
      [300, 366, 434, 500]
        .map((x) =>
          line(
            `M${x} 500c${(x - 400) / -8}-90 ${(x - 400) / -4}-180 ${(400 - x) * 0.55}-262`,
            p.mainDark,
            6,
            ' opacity=".35"',
          ),
        )
        .join('') +
      path(
        'M206 486h388c14 0 20 8 20 22v74c0 14-8 22-20 22H206c-14 0-20-8-20-22v-74c0-14 8-22 20-22z',
        p.lit.second,
      ) +
      [230, 270, 310, 350, 390, 430, 470, 510, 550]
        .map((x) => line(`M${x + 10} 500v90`, p.secondDark, 6, ' opacity=".5"'))
        .join('') +
      ellipse(400, 206, 54, 50, p.lit.second),
  ),
  scarf: hanging(
    (p) =>
      line('M180 190h440', p.woodDark, 18) +
      cloth('M300 182h150v430H300z', p.lit.main, p.pattern) +
      cloth('M392 176h134l24 320H408z', p.lit.second, p.pattern) +
      fringe(300, 450, 612, p.mainDark) +
      fringe(410, 550, 496, p.secondDark) +
      box(300, 540, 150, 22, p.second),
  ),
  robe: hanging(
    (p) =>
      hanger(p.woodDark) +
      cloth(
        'M330 234l70 30 70-30 100 46 70 210-82 30-38-96v256H280V424l-38 96-82-30 70-210z',
        p.lit.main,
        p.pattern,
      ) +
      path('M330 234l70 206 70-206-26-8-44 60-44-60z', p.mainDark) +
      line('M400 440v240', p.mainDark, 7) +
      box(278, 446, 244, 36, p.second, 6) +
      both(box(296, 530, 76, 84, p.mainDark, 8)) +
      line('M392 480l-22 96M404 480l14 90', p.second, 14),
  ),
  sock: hanging(
    (p) =>
      sock(p.lit.second, p.secondDark, p.main, 'translate(70 -24) rotate(-7 400 400)') +
      sock(p.lit.main, p.mainDark, p.second, 'translate(-60 16)'),
  ),
} satisfies Record<string, Motif>

function hanger(colour: string): string {
  return line('M400 232v-40c34-8 42-56 4-66-22-6-42 8-42 30M400 196L250 262M400 196l150 66', colour, 11)
}

function fringe(from: number, to: number, y: number, colour: string): string {
  let d = ''
  for (let x = from + 8; x < to; x += 18) d += `M${x} ${y}v40`
  return line(d, colour, 6)
}

function sock(fill: string, dark: string, stripe: string, transform: string): string {
  return `<g transform="${transform}">${path('M330 170h132v250c0 30 10 44 36 62l66 46c48 34 14 104-50 90-60-12-128-50-160-90-20-26-24-52-24-86z', fill)}${box(324, 160, 144, 52, dark, 10)}${box(330, 240, 132, 24, stripe)}${box(330, 286, 132, 24, stripe)}${path('M564 528c48 34 14 104-50 90-14-3-28-7-42-13 6-50 36-80 92-77z', dark)}</g>`
}
