import type { Random } from '../core/random.ts'
import { quantile } from './order.ts'

/** So much throughput at so many runs at once. */
export interface ScalingPoint {
  readonly load: number
  readonly throughput: number
}

/** Gunther's Universal Scalability Law: throughput(N) = γN / (1 + α(N − 1) + βN(N − 1)) (Guerrilla Capacity Planning, 2007, ch. 4–6). */
export interface ScalingLaw {
  /** Throughput of one run at a time; above 0. */
  readonly gamma: number
  /** Contention: the share of the work that is done one at a time; from 0. */
  readonly alpha: number
  /** Coherency: what runs cost each other in pairs; from 0. Above 0 throughput falls in the end. */
  readonly beta: number
}

export const throughputAt = ({ gamma, alpha, beta }: ScalingLaw, load: number): number =>
  (gamma * load) / (1 + alpha * (load - 1) + beta * load * (load - 1))

/** The load beyond which throughput falls: √((1 − α) / β); undefined where it never does. */
export const peakOf = ({ alpha, beta }: ScalingLaw): number | undefined =>
  beta > 0 && alpha < 1 ? Math.sqrt((1 - alpha) / beta) : undefined

/** `relative`: each point counts by its relative error, as its noise grows with it; `absolute`: as in ordinary least squares. */
export type Residuals = 'relative' | 'absolute'

/** Residuals beyond so many times their typical size count less and less (Huber 1964; 95 % efficient for normal ones). */
const HUBER = 1.345
const ROUNDS = 200
const SETTLED = 1e-10

/**
 * The law that fits best by Huber's robust least squares, α and β not below 0. Undefined for fewer than 4 different loads: three numbers fit
 * any three points.
 */
export function fitScaling(points: readonly ScalingPoint[], residuals: Residuals = 'relative'): ScalingLaw | undefined {
  if (new Set(points.map(({ load }) => load)).size < 4) return undefined
  const size = ({ throughput }: ScalingPoint) => (residuals === 'relative' ? throughput : 1)
  const errorsOf = (law: ScalingLaw) => points.map((point) => (throughputAt(law, point.load) - point.throughput) / size(point))
  const start = points.reduce((a, b) => (a.load <= b.load ? a : b))
  let law: ScalingLaw = { gamma: start.throughput / start.load, alpha: 0.01, beta: 1e-4 }
  let weights = points.map(() => 1)
  const cost = (of: ScalingLaw) => errorsOf(of).reduce((sum, error, i) => sum + weights[i]! * error * error, 0)
  // Levenberg (1944) and Marquardt (1963): between steepest descent and Gauss and Newton by how well the last step went.
  let damping = 1e-3
  for (let round = 0; round < ROUNDS; round++) {
    const before = cost(law)
    const step = newtonStep(points, law, { errors: errorsOf(law), weights, size, damping })
    const next = bounded({ gamma: law.gamma + step[0], alpha: law.alpha + step[1], beta: law.beta + step[2] }, law)
    const after = cost(next)
    if (after <= before) {
      law = next
      damping = Math.max(1e-12, damping / 5)
      if (before - after <= SETTLED * before && round > 8) break
      if (residuals === 'relative') weights = huberWeights(errorsOf(law))
    } else damping *= 5
  }
  return law
}

function huberWeights(errors: readonly number[]): number[] {
  const sizes = Float64Array.from(errors, Math.abs).sort()
  // The median of absolute errors is 0.6745 of the standard deviation of normal ones.
  const typical = (quantile(sizes, 0.5) ?? 0) / 0.6745
  return errors.map((error) => (Math.abs(error) <= HUBER * typical || typical === 0 ? 1 : (HUBER * typical) / Math.abs(error)))
}

const bounded = ({ gamma, alpha, beta }: ScalingLaw, before: ScalingLaw): ScalingLaw => ({
  gamma: gamma > 0 ? gamma : before.gamma / 2,
  alpha: Math.max(0, alpha),
  beta: Math.max(0, beta),
})

interface Descent {
  readonly errors: readonly number[]
  readonly weights: readonly number[]
  readonly size: (point: ScalingPoint) => number
  readonly damping: number
}

/** The step that the weighted normal equations give; parameters that would leave their bound stay. */
function newtonStep(
  points: readonly ScalingPoint[],
  law: ScalingLaw,
  { errors, weights, size, damping }: Descent,
): [number, number, number] {
  const rows = points.map((point) => slopes(law, point.load).map((slope) => slope / size(point)))
  const solve = (free: readonly number[]): number[] => {
    const matrix = free.map((i) =>
      free.map((j) => rows.reduce((sum, row, k) => sum + weights[k]! * row[i]! * row[j]!, 0) * (i === j ? 1 + damping : 1)),
    )
    return solved(
      matrix,
      free.map((i) => -rows.reduce((sum, row, k) => sum + weights[k]! * row[i]! * errors[k]!, 0)),
    )
  }
  const parameters = [law.gamma, law.alpha, law.beta]
  let free = [0, 1, 2]
  let step = solve(free)
  const stuck = free.filter((i) => i > 0 && parameters[i] === 0 && step[i]! < 0)
  if (stuck.length > 0) {
    free = free.filter((i) => !stuck.includes(i))
    const part = solve(free)
    step = [0, 0, 0]
    for (const [at, i] of free.entries()) step[i] = part[at]!
  }
  return [step[0]!, step[1]!, step[2]!]
}

/** Derivatives of the throughput by γ, α and β. */
function slopes(law: ScalingLaw, load: number): readonly [number, number, number] {
  const below = 1 + law.alpha * (load - 1) + law.beta * load * (load - 1)
  const top = law.gamma * load
  return [load / below, (-top * (load - 1)) / below ** 2, (-top * load * (load - 1)) / below ** 2]
}

/** Gaussian elimination with partial pivoting; zeros where the matrix has no inverse. */
function solved(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!])
  const n = rows.length
  for (let i = 0; i < n; i++) {
    const pivot = rows.reduce((best, row, k) => (k >= i && Math.abs(row[i]!) > Math.abs(rows[best]![i]!) ? k : best), i)
    ;[rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!]
    if (rows[i]![i] === 0) return right.map(() => 0)
    for (let k = i + 1; k < n; k++) {
      const factor = rows[k]![i]! / rows[i]![i]!
      for (let j = i; j <= n; j++) rows[k]![j]! -= factor * rows[i]![j]!
    }
  }
  const result = new Array<number>(n).fill(0)
  for (let i = n - 1; i >= 0; i--) {
    let value = rows[i]![n]!
    for (let j = i + 1; j < n; j++) value -= rows[i]![j]! * result[j]!
    result[i] = value / rows[i]![i]!
  }
  return result
}

/** How many times the points are drawn anew for the intervals. */
const DRAWS = 200

/**
 * Laws fitted to points with their relative residuals drawn anew (Efron 1979): their spread is what the data leave open. Empty where no law
 * can be fitted. Seeded by `random`.
 */
export function scalingDraws(points: readonly ScalingPoint[], law: ScalingLaw, random: Random): readonly ScalingLaw[] {
  const n = points.length
  // Fitted numbers take up some of the noise: residuals are that much too small.
  const widen = Math.sqrt(n / Math.max(1, n - 3))
  const errors = points.map(({ load, throughput }) => (throughput / throughputAt(law, load) - 1) * widen)
  return Array.from({ length: DRAWS }, () => {
    const drawn = points.map(({ load }) => ({ load, throughput: throughputAt(law, load) * (1 + errors[Math.floor(random() * n)]!) }))
    return fitScaling(drawn)
  }).filter((one) => one !== undefined)
}
