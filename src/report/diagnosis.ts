import type { Diagnosis } from '../core/diagnosis.ts'
import type { PhaseSummary } from '../core/phase-summary.ts'
import type { RunSummary } from '../core/summary.ts'
import { plain } from './plain.ts'
import type { Statement } from './verdict.ts'

/** What is said of one phase: an overload, or how its events came. */
export interface DiagnosisView extends Statement {
  readonly where: string
}

export interface DiagnosesView {
  /** What a reader must know: an overload, events that are held back. */
  readonly found: readonly DiagnosisView[]
  /** How the events of each phase came. */
  readonly delivery: readonly DiagnosisView[]
  /** That the modes run in different processes, where both were measured. */
  readonly modes?: string
  /** Which phases have nothing to be held against. */
  readonly alone?: string
}

type Phases = readonly (readonly [string, PhaseSummary])[]

/** The diagnoses of the phases shown. */
export function diagnosesView(phases: Phases, diagnoses: RunSummary['diagnoses']): DiagnosesView {
  const told = phases.flatMap(([name]): readonly Told[] => (diagnoses[name] ? [[plain(name, 60), diagnoses[name]]] : []))
  const modes = new Set(phases.map(([, { mode }]) => mode))
  const alone = told.filter(([, { overload }]) => overload.kind === 'none' && overload.against === undefined)
  return {
    found: [...told.flatMap(overloadOf), ...heldBackOf(told)],
    delivery: told.flatMap(([where, { delivery }]) =>
      delivery && !delivery.buffered ? [{ where, tone: 'plain', word: 'Delivery', sentence: plain(delivery.text, 600) } as const] : [],
    ),
    ...(modes.size > 1 && {
      modes:
        'Blocking runs go through Dify’s API process, streaming ones through its workers: to compare the modes is to compare two deployments.',
    }),
    ...(alone.length > 0 && {
      alone: `${alone.length === told.length ? 'No phase has a' : `${list(alone.map(([where]) => where))} ${alone.length === 1 ? 'has' : 'have'} no`} lighter phase in the same mode to be held against, so an overload could show only as a limit or an empty database pool.`,
    }),
  }
}

type Told = readonly [where: string, diagnosis: Diagnosis]

function overloadOf([where, { overload }]: Told): readonly DiagnosisView[] {
  if (overload.kind === 'none') return []
  const word = overload.kind === 'unclear' ? 'Overload, not clear which' : `Overload: ${overload.kind}`
  const knob = overload.knob === undefined ? '' : ` Look at ${overload.knob}.`
  return [{ where, tone: 'unsure', word, sentence: plain(`${overload.because}${knob}`, 1200) }]
}

/** What holds events back stands before all phases: its numbers are told of the first. */
function heldBackOf(told: readonly Told[]): readonly DiagnosisView[] {
  const behind = told.filter(([, { delivery }]) => delivery?.buffered)
  const first = behind[0]?.[1].delivery
  if (!first) return []
  return [
    {
      where: list(behind.map(([where]) => where)),
      tone: 'unsure',
      word: first.proxied ? 'A proxy buffers' : 'Events are held back',
      sentence: plain(first.text, 600),
    },
  ]
}

const MOST_NAMED = 5
const list = (names: readonly string[]): string =>
  `${names.slice(0, MOST_NAMED).join(', ')}${names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : ''}`
