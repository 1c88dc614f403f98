import { type Law, REQUIRED_LAW } from './law.ts'

/** Noise of single exchanges: slow and fast part, in the proportion of the required law. */
const NOISES = [
  { name: 'half', slow: 0.075, fast: 0.15 },
  { name: 'required', slow: 0.15, fast: 0.3 },
  { name: 'double', slow: 0.3, fast: 0.6 },
] as const
const EXCHANGES = [100, 600, 2400]
const RUN_EFFECTS = [0, 0.04, 0.08]

/** Changes asked for at every point of the grid. */
export const CHANGES = [0, 0.02, 0.15, -0.15]

export interface GridPoint {
  readonly noise: string
  readonly law: Law
}

export const GRID: readonly GridPoint[] = NOISES.flatMap(({ name, slow, fast }) =>
  EXCHANGES.flatMap((exchanges) =>
    RUN_EFFECTS.map((runEffect) => ({ noise: name, law: { ...REQUIRED_LAW, slow, fast, exchanges, runEffect } })),
  ),
)
