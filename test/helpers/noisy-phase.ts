import type { PhaseSummary } from '../../src/core/phase-summary.ts'
import type { Plan } from '../../src/core/plan.ts'
import { normal, type Random } from '../../src/core/random.ts'
import type { Sample } from '../../src/core/sample.ts'
import { micros, seconds } from '../../src/core/units.ts'
import { summarise } from '../../src/measure/summary.ts'
import { closedPhase, logOf, planOf, sampleOf, whole } from './samples.ts'

/** Parts of a run in ms before noise. */
export interface Parts {
  readonly byte?: number
  readonly admission?: number
  readonly outside?: number
  readonly engine: number
}

export interface Noise {
  /** σ of each run by itself, in logs. */
  readonly fast: number
  /** σ of a drift that each run shares with its neighbours (AR(1), ρ 0.95). */
  readonly slow: number
  /** σ of the phase as a whole. */
  readonly phase: number
  /** Share of runs that take ten times as long on the server. */
  readonly wild?: number
}

/** What measurement.md has judging proven under: fast 0.30, slow 0.15, 4 % between phases. */
export const ORDINARY_NOISE: Noise = { fast: 0.3, slow: 0.15, phase: 0.04 }

const RHO = 0.95

/** A closed phase of `clients` whose runs take `parts`, each with noise of its own, as its log would tell it. */
export async function noisyPhase(
  parts: Parts,
  { clients, runs, noise, random }: { readonly clients: number; readonly runs: number; readonly noise: Noise; readonly random: Random },
): Promise<PhaseSummary> {
  const mode = parts.outside === undefined ? 'streaming' : 'blocking'
  const phase = closedPhase({ name: 'steady', mode, from: clients, to: clients, length: seconds(30) })
  const plan: Plan = planOf({ phases: [phase] })
  const whole4 = Math.exp(noise.phase * normal(random))
  let drift = normal(random)
  const samples: Sample[] = []
  for (let n = 0; n < runs; n++) {
    drift = RHO * drift + Math.sqrt(1 - RHO ** 2) * normal(random)
    const common = whole4 * Math.exp(noise.slow * drift)
    const draw = (median: number) => median * common * Math.exp(noise.fast * normal(random))
    const wild = random() < (noise.wild ?? 0) ? 10 : 1
    const [byte, admission] = [draw(parts.byte ?? 0), draw(parts.admission ?? 0)]
    const engine = draw(parts.engine) * wild
    const finished = byte + admission + draw(parts.outside ?? 0) + engine
    samples.push(
      sampleOf(n, {
        mode,
        at: micros(Math.floor((n * 30e6) / runs)),
        ...(mode === 'streaming' ? { firstByte: byte, firstEvent: byte + admission } : { firstByte: finished }),
        finished,
        elapsed: micros(engine * 1000),
      }),
    )
  }
  const measured = await summarise(plan, whole(logOf(samples, phase), seconds(60)))
  return { ...measured.phases['steady']!, inFlight: { mean: clients, max: clients } }
}
