import { deterministicTruth, EXPONENTIAL_TRUTH, type Sought } from './capacity-law.ts'
import { inPercent, table } from './page.ts'
import { type Done, type Proof, sumOf, times } from './proof.ts'
import type { Counts, Task } from './tasks.ts'

const SEARCHES = 200
/** Searches that a thread does at one go. */
const CHUNK = 20
/** Arrivals that tell the truth of deterministic service, in parts whose spread tells how well they do. */
const ARRIVALS = 10_000_000
const PARTS = 10
/** Required of the brackets: so many within 5 % of the truth, so few beyond 15 %. */
const WITHIN = 0.95
const BEYOND = 0.01

/** The mean over the parts, and its standard error. */
function simulated(arrivals: number): Sought {
  const parts = Array.from({ length: PARTS }, (_, part) => deterministicTruth(Math.round(arrivals / PARTS), part))
  const truth = parts.reduce((sum, one) => sum + one, 0) / PARTS
  const variance = parts.reduce((sum, one) => sum + (one - truth) ** 2, 0) / (PARTS - 1)
  return { service: 'deterministic', truth, standardError: Math.sqrt(variance / PARTS) }
}

/** The middle one of counts named `trials <n>`. */
function medianTrials(counts: Counts): number {
  const all = Object.entries(counts)
    .flatMap(([name, count]) => (name.startsWith('trials ') ? Array.from({ length: count }, () => Number(name.slice(7))) : []))
    .sort((a, b) => a - b)
  return all[Math.ceil(all.length / 2) - 1] ?? 0
}

/** `16.73`, or of a simulated one `19.31 ± 0.01`: twice its standard error. */
function truthOf(service: Sought['service'], done: readonly Done[]): string {
  const [{ truth, standardError } = { truth: Number.NaN }] = done.flatMap(({ task }) =>
    task.kind === 'capacity' && task.sought.service === service ? [task.sought] : [],
  )
  return `${truth.toFixed(3)}${standardError === undefined ? '' : ` ± ${(2 * standardError).toFixed(3)}`}`
}

/** How often the bracket of a search holds the capacity of a queue whose truth is known, and what is usual beside it. */
export const capacity: Proof = {
  name: 'capacity',
  tasks(share) {
    const count = times(SEARCHES, share)
    const queues: readonly Sought[] = [{ service: 'exponential', truth: EXPONENTIAL_TRUTH }, simulated(ARRIVALS * share)]
    return queues.flatMap((sought) =>
      (['flowbench', 'naive'] as const).flatMap((how) =>
        Array.from({ length: Math.ceil(count / CHUNK) }, (_, index): Task => {
          const from = index * CHUNK
          return { kind: 'capacity', how, sought, from, to: Math.min(from + CHUNK, count) }
        }),
      ),
    )
  },
  tables(done) {
    const judged = (['exponential', 'deterministic'] as const).map((service) => {
      const of = (how: string) => {
        const counts = sumOf(done, (task) => task.kind === 'capacity' && task.sought.service === service && task.how === how)
        const searches = counts['searches'] ?? 1
        return {
          counts,
          searches,
          within: 1 - (counts['beyond 5 %'] ?? 0) / searches,
          beyond: (counts['beyond 15 %'] ?? 0) / searches,
        }
      }
      return { service, truth: truthOf(service, done), ours: of('flowbench'), naive: of('naive') }
    })
    const row = (name: readonly string[], { counts, searches, within, beyond }: (typeof judged)[number]['ours']) => [
      ...name,
      String(searches),
      inPercent(within),
      inPercent(beyond),
      String(medianTrials(counts)),
    ]
    return {
      markdown: table(
        ['', 'service', 'truth, runs per second', 'searches', 'bracket within 5 % of the truth, %', 'beyond 15 %, %', 'trials, median'],
        [
          ...judged.map(({ service, truth, ours }) => row(['**flowbench**', service, truth], ours)),
          ['required', '', '', '', '≥ 95', '≤ 1', ''],
          ...judged.map(({ service, truth, naive }) => row(['one look at each load', service, truth], naive)),
        ],
      ),
      failures: judged.flatMap(({ service, ours: { within, beyond } }) => [
        ...(within < WITHIN ? [`capacity, ${service} service: within 5 % in ${inPercent(within)} %, required ≥ 95`] : []),
        ...(beyond > BEYOND ? [`capacity, ${service} service: beyond 15 % in ${inPercent(beyond)} %, required ≤ 1`] : []),
      ]),
    }
  },
}
