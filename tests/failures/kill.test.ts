import { it } from 'vitest'
import { killRounds } from './kill-rounds.ts'

it(
  'a shop that is killed twice under load loses no acknowledged order, and its data add up',
  () => killRounds(2, 1),
  120_000,
)
