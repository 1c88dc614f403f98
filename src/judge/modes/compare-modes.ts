import type { ModeFigure, ModesCompared, PhaseOfModes } from '../../core/modes-compared.ts'
import type { PhaseSummary } from '../../core/phase-summary.ts'
import type { Mode } from '../../core/sample.ts'
import type { RunSummary } from '../../core/summary.ts'
import { countedIn } from '../arm-reading.ts'
import { firstToGiveWay, gaveWay, type RunPair } from './gives-way.ts'
import { beyondChance, CLAIMED, differencesOf, modeFigures, type PhasePair } from './mode-figures.ts'
import { adviceOf } from './mode-words.ts'

/** One judged run of each arm, by arm. */
export type RunsOfPair = Readonly<Record<string, RunSummary>>

/**
 * What streaming gives and costs against blocking, phase by phase. Undefined unless one arm measured in the one mode, the other in the other,
 * and both have a phase in common: then there is nothing to hold against each other.
 */
export function compareModes(
  pairs: readonly RunsOfPair[],
  { arms, alpha, noise }: { readonly arms: readonly string[]; readonly alpha: number; readonly noise: number },
): ModesCompared | undefined {
  const named = armsByMode(pairs, arms)
  if (!named) return undefined
  const runs = pairs.map((pair): RunPair => ({ streaming: pair[named.streaming]!, blocking: pair[named.blocking]! }))
  const names = commonPhases(runs)
  if (names.length === 0) return undefined
  const phasesOf = (name: string) =>
    runs.map(({ streaming, blocking }): PhasePair => ({ streaming: streaming.phases[name]!, blocking: blocking.phases[name]! }))
  const proven = provenIn(names.map(phasesOf), alpha)
  const phases = names.map((name, at): PhaseOfModes => {
    const both = phasesOf(name)
    return {
      phase: name,
      load: eachMode((mode) => both[0]![mode].load),
      figures: withProof(modeFigures(both, alpha), proven[at]!),
      failures: eachMode((mode) => failuresOf(both.map((pair) => pair[mode]))),
      gaveWay: eachMode((mode) =>
        gaveWay(
          runs.map((pair) => pair[mode]),
          name,
          names[0]!,
        ),
      ),
    }
  })
  const first = firstToGiveWay(runs, names)
  const told = { arms: named, confidence: 1 - alpha, pairs: runs.length, phases, first }
  return { ...told, advice: adviceOf(told, noise) }
}

const eachMode = <T>(of: (mode: Mode) => T): Readonly<Record<Mode, T>> => ({ streaming: of('streaming'), blocking: of('blocking') })

const measuredOf = ({ phases }: RunSummary) => Object.entries(phases).filter(([, { measured }]) => measured)

/** Which arm is of which mode, if each is of one. */
function armsByMode(pairs: readonly RunsOfPair[], arms: readonly string[]): Readonly<Record<Mode, string>> | undefined {
  const modes = arms.map((arm) => new Set(pairs.flatMap((pair) => (pair[arm] ? measuredOf(pair[arm]) : []).map(([, { mode }]) => mode))))
  const armOf = (mode: Mode) => arms.find((_, at) => modes[at]!.size === 1 && modes[at]!.has(mode))
  const [streaming, blocking] = [armOf('streaming'), armOf('blocking')]
  return streaming !== undefined && blocking !== undefined ? { streaming, blocking } : undefined
}

/** Names of the phases that every run measured, by what the schedule sent or, where the target decides that, by what it had at once. */
function commonPhases(runs: readonly RunPair[]): readonly string[] {
  const [first] = runs
  if (!first) return []
  const isEverywhere = (name: string) => runs.every((pair) => [pair.streaming, pair.blocking].every(({ phases }) => phases[name]?.measured))
  const loadOf = ({ kind, offered, inFlight }: PhaseSummary) => (kind === 'open' ? offered : inFlight.mean)
  return measuredOf(first.streaming)
    .filter(([name]) => isEverywhere(name))
    .toSorted(([, a], [, b]) => loadOf(a) - loadOf(b))
    .map(([name]) => name)
}

type Claims = Readonly<Partial<Record<string, boolean>>>

/** Of all claims of all phases, held to one joint level, those that stand; by phase. */
function provenIn(phases: readonly (readonly PhasePair[])[], alpha: number): readonly Claims[] {
  const claims = phases.flatMap((pairs, at) => CLAIMED.map((name) => ({ at, name, differences: differencesOf(pairs, name) })))
  const stands = beyondChance(
    claims.map(({ differences }) => differences),
    alpha,
  )
  return phases.map((_, at) => Object.fromEntries(claims.flatMap((claim, index) => (claim.at === at ? [[claim.name, stands[index]]] : []))))
}

const withProof = (figures: PhaseOfModes['figures'], proven: Claims): PhaseOfModes['figures'] =>
  Object.fromEntries(
    Object.entries(figures).map(([name, told]): readonly [string, ModeFigure] => {
      const isProven = proven[name]
      return [name, isProven === undefined || !told.difference ? told : { ...told, proven: isProven }]
    }),
  )

function failuresOf(phases: readonly PhaseSummary[]): { readonly count: number; readonly of: number } {
  const sum = (of: (phase: PhaseSummary) => number) => phases.reduce((total, phase) => total + of(phase), 0)
  return {
    count: sum(({ failures }) => failures),
    of: sum(countedIn),
  }
}
