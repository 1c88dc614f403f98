import type { Caveat } from '../core/caveat.ts'
import type { RunSummary } from '../core/summary.ts'
import { plain } from './plain.ts'

type Diagnoses = RunSummary['diagnoses']

/** Whether the caveat is one of connections that linger, in a phase that shows no sign of too few of them: nearly every streaming run has it. */
export function isHarmlessLinger({ kind, phase }: Caveat, diagnoses: Diagnoses): boolean {
  if (kind !== 'connections-linger' || phase === undefined) return false
  const overload = diagnoses[phase]?.overload
  return ![overload?.kind, ...(overload?.suspects ?? [])].includes('connections')
}

const MOST_NAMED = 5

/** All of them in one sentence; empty where there is none. */
export function lingerNote(caveats: readonly Caveat[]): string {
  const phases = caveats.flatMap(({ phase }) => (phase === undefined ? [] : [plain(phase, 40)]))
  if (phases.length === 0) return ''
  const more = phases.length > MOST_NAMED ? ` and ${phases.length - MOST_NAMED} more` : ''
  return `Connections outlived their runs (in ${phases.slice(0, MOST_NAMED).join(', ')}${more}), as they do for every client of a server that closes its streams late. It matters where connection slots are few; nothing here speaks for that.`
}
