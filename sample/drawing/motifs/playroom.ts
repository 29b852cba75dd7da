import { both, box, ellipse, hanging, line, type Motif, path, standing, tableShadow } from '../motif.ts'

/** Toys other than the engine in `household.ts`. */
export const playroom = {
  block: standing((p) => {
    const colours = [p.lit.main, p.lit.second, p.gold, p.lit.wood, p.leaf, p.lit.main]
    const positions = [
      [212, 496],
      [340, 496],
      [468, 496],
      [276, 370],
      [404, 370],
      [340, 244],
    ] as const
    return (
      tableShadow(400, 190) +
      positions
        .map(
          ([x, y], i) =>
            box(x, y, 122, 122, colours[i]!, 10) +
            (i % 2 === 0
              ? ellipse(x + 61, y + 61, 30, 30, p.paper, ' opacity=".85"')
              : path(`M${x + 61} ${y + 28}l34 62h-68z`, p.paper, ' opacity=".85"')),
        )
        .join('')
    )
  }),
  puzzle: hanging((p) => {
    const round = (x: number, y: number, colour: string) => ellipse(x, y, 36, 36, colour)
    return (
      box(190, 210, 200, 200, p.main, 12) +
      box(390, 210, 200, 200, p.second, 12) +
      box(190, 410, 200, 200, p.gold, 12) +
      round(408, 310, p.main) +
      round(290, 392, p.gold) +
      `<g transform="translate(38 34) rotate(9 490 510)">${box(390, 410, 200, 200, p.leaf, 12)}${round(372, 510, p.leaf)}${round(490, 392, p.leaf)}</g>`
    )
  }),
  rabbit: standing(
    (p) =>
      tableShadow(400, 150) +
      both(
        `<g transform="rotate(-10 346 200)">${ellipse(346, 178, 34, 84, p.main)}${ellipse(346, 184, 17, 60, p.second)}</g>`,
      ) +
      both(path('M300 410c-56 20-80 80-60 108s56 8 84-40z', p.main) + ellipse(320, 592, 64, 34, p.mainDark)) +
      ellipse(400, 494, 112, 122, p.lit.main) +
      ellipse(400, 296, 112, 104, p.lit.main) +
      ellipse(400, 510, 62, 74, p.mainLight) +
      both('<circle cx="358" cy="284" r="10" fill="#2b3630"/>') +
      path('M384 318h32l-16 18z', p.second) +
      line('M400 336v12c-8 12-22 12-28 4M400 348c8 12 22 12 28 4', '#2b3630', 5),
  ),
} satisfies Record<string, Motif>
