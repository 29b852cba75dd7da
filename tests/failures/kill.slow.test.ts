import { it } from 'vitest'
import { killRounds } from './kill-rounds.ts'

it(
  'a shop that is killed 20 times under load loses no acknowledged order, and its data add up',
  () => killRounds(20, 2026),
  900_000,
)
