import { loadavg } from 'node:os'
import { SECOND, seconds } from '../src/core/units.ts'
import { askWitness } from '../src/run/calibrate/ask-witness.ts'
import { makeBench } from '../src/run/calibrate/bench.ts'
import { quantile } from '../src/stats/order.ts'
import { table } from './page.ts'

/** So many times, each the medians of three turns by either client. */
const TIMES = 5
const LENGTHS = { warmUp: seconds(1), measured: seconds(3) }
/** Further apart than this, in the mean or in throughput, and one of the two is wrong. */
const APART = 0.05

/**
 * `npm run prove -- two-clients`: autocannon and flowbench in turn, at 32 slots against a run of 20 ms, two minutes of a machine that does nothing
 * else. Gives 0 where the medians lie within 5 % in the mean and in throughput.
 */
export async function holdTwoClients(): Promise<number> {
  const never = new AbortController().signal
  const bench = makeBench({ signals: { stop: never, abort: never }, stop: () => {}, noted: () => {}, seed: 1 })
  const rows: string[][] = []
  const apart: { readonly mean: number; readonly perSecond: number }[] = []
  for (let time = 0; time < TIMES; time++) {
    const load = loadavg()[0]!.toFixed(1)
    // No ceiling that would allow fewer slots: what happens near it is the question.
    const witness = await askWitness(bench, { ceiling: Number.MAX_VALUE, lengths: LENGTHS, thoroughness: 'whole' })
    if ('absent' in witness) throw new Error(witness.absent)
    const { flowbench, other, takes, concurrency } = witness
    const nominal = (concurrency * SECOND) / takes
    const seen = ({ mean, perSecond }: typeof other) => [
      `${(mean / 1e3).toFixed(2)} ms`,
      `${perSecond.toFixed(0)}/s`,
      percent(perSecond / nominal),
    ]
    rows.push([load, ...seen(flowbench), ...seen(other), percent(witness.apart.mean), percent(witness.apart.perSecond)])
    apart.push(witness.apart)
    process.stderr.write(`${time + 1} of ${TIMES}\n`)
  }
  bench.release()
  const head = [
    'load before',
    'flowbench: mean',
    'throughput',
    'of nominal',
    'autocannon: mean',
    'throughput',
    'of nominal',
    'mean apart',
    'throughput apart',
  ]
  const typical = { mean: median(apart.map(({ mean }) => mean)), perSecond: median(apart.map(({ perSecond }) => perSecond)) }
  const agree = Math.abs(typical.mean) <= APART && Math.abs(typical.perSecond) <= APART
  process.stdout.write(
    `${table(head, rows)}\n\nIn the median ${percent(typical.mean)} apart in the mean and ${percent(typical.perSecond)} in throughput: ${agree ? 'they agree' : 'they do not agree'} within ${percent(APART)}.\n`,
  )
  return agree ? 0 : 1
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
const median = (values: readonly number[]): number =>
  quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  )!
