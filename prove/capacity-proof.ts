import { inPercent, table } from './page.ts'
import { type Proof, sumOf, times } from './proof.ts'
import type { Counts, Task } from './tasks.ts'

const SEARCHES = 200
/** Searches that a thread does at one go. */
const CHUNK = 20
/** Required of the brackets: so many within 5 % of the truth, so few beyond 15 %. */
const WITHIN = 0.95
const BEYOND = 0.01

/** The middle one of counts named `trials <n>`. */
function medianTrials(counts: Counts): number {
  const all = Object.entries(counts)
    .flatMap(([name, count]) => (name.startsWith('trials ') ? Array.from({ length: count }, () => Number(name.slice(7))) : []))
    .sort((a, b) => a - b)
  return all[Math.ceil(all.length / 2) - 1] ?? 0
}

/** How often the bracket of a search holds the capacity of a queue whose truth is known, and what is usual beside it. */
export const capacity: Proof = {
  name: 'capacity',
  tasks(share) {
    const count = times(SEARCHES, share)
    return (['flowbench', 'naive'] as const).flatMap((how) =>
      Array.from({ length: Math.ceil(count / CHUNK) }, (_, index): Task => {
        const from = index * CHUNK
        return { kind: 'capacity', how, from, to: Math.min(from + CHUNK, count) }
      }),
    )
  },
  tables(done) {
    const of = (how: string) => {
      const counts = sumOf(done, (task) => task.kind === 'capacity' && task.how === how)
      const searches = counts['searches'] ?? 1
      return {
        counts,
        searches,
        within: 1 - (counts['beyond 5 %'] ?? 0) / searches,
        beyond: (counts['beyond 15 %'] ?? 0) / searches,
      }
    }
    const [ours, naive] = [of('flowbench'), of('naive')]
    const row = (name: string, { counts, searches, within, beyond }: typeof ours) => [
      name,
      String(searches),
      inPercent(within),
      inPercent(beyond),
      String(medianTrials(counts)),
    ]
    return {
      markdown: table(
        ['', 'searches', 'bracket within 5 % of the truth, %', 'beyond 15 %, %', 'trials, median'],
        [row('**flowbench**', ours), ['required', '', '≥ 95', '≤ 1', ''], row('one look at each load', naive)],
      ),
      failures: [
        ...(ours.within < WITHIN ? [`capacity: within 5 % in ${inPercent(ours.within)} %, required ≥ 95`] : []),
        ...(ours.beyond > BEYOND ? [`capacity: beyond 15 % in ${inPercent(ours.beyond)} %, required ≤ 1`] : []),
      ],
    }
  },
}
