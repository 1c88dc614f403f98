import { setTimeout as sleep } from 'node:timers/promises'
import type { CapacitySummary } from '../src/core/capacity-summary.ts'
import { digits } from '../src/measure/figures.ts'
import { inPercent, table } from './page.ts'
import type { RealProof } from './proof.ts'
import { type Answer, answerOf, inFolder, madeOn, several } from './real-command.ts'

const SCENARIO = new URL('../scenarios/capacity.yaml', import.meta.url).pathname
/** Runs per second that the simulator of that scenario serves. */
const TRUTH = 20
const SEEDS = [101, 102, 103, 104, 105] as const
const WITHIN = 0.1
/** Each begins so many seconds after the one before it, so that what this machine sends is measured by one at a time. */
const APART = 25

type Ended = Answer<CapacitySummary> & { readonly seed: number }

/** How far the farther end of the bracket lies from the truth, relative; endless without a bracket. */
const missOf = ({ said }: Ended): number =>
  said?.stopped === 'found'
    ? Math.max(Math.abs((said.lower ?? 0) / TRUTH - 1), Math.abs((said.upper ?? 0) / TRUTH - 1))
    : Number.POSITIVE_INFINITY

function row(ended: Ended): string[] {
  const { seed, code, said } = ended
  if (!said) return [String(seed), `none: exit code ${code}`, '–', '–', '–', '–']
  const miss = missOf(ended)
  const bracket = said.lower === null || said.upper === null ? said.stopped : `${digits(said.lower)}/s to ${digits(said.upper)}/s`
  const ours = said.trialList.filter(({ finding }) => finding === 'spoiled').length
  const minutes = said.trialList.reduce((sum, { seconds }) => sum + seconds, 0) / 60
  return [String(seed), bracket, Number.isFinite(miss) ? inPercent(miss) : '–', String(said.trials), String(ours), minutes.toFixed(1)]
}

/** Whole searches on a simulator whose capacity is known, all at once, each with a simulator and a folder of its own. */
export const proveCapacity = (): Promise<RealProof> =>
  inFolder(async (folder) => {
    const ended = await several(SEEDS, SEEDS.length, async (seed, index): Promise<Ended> => {
      await sleep(index * APART * 1000)
      const answer = await answerOf<CapacitySummary>(['capacity', SCENARIO, '--seed', String(seed), '--out', `${folder}/${seed}`])
      const one = { ...answer, seed }
      process.stderr.write(`capacity: ${row(one).join(', ')}\n`)
      return one
    })
    const far = ended.filter((one) => !(missOf(one) <= WITHIN))
    return {
      markdown: `${table(['seed', 'bracket', 'farther end from the truth, %', 'trials', 'spoiled by our own machine', 'minutes'], ended.map(row))}\n\n${SEEDS.length} searches at once, ${madeOn()}.`,
      failures: far.map((one) => `capacity, seed ${one.seed}: ${row(one).join(', ')}; required: both ends within ${inPercent(WITHIN)} %`),
    }
  })
