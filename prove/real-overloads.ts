import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CapacitySummary } from '../src/core/capacity-summary.ts'
import { digits } from '../src/measure/figures.ts'
import { table } from './page.ts'
import { isNamed, kindOf, PLANTED, type Planted, profileText } from './planted.ts'
import type { RealProof } from './proof.ts'
import { type Answer, answerOf, inFolder, madeOn, several } from './real-command.ts'

/** Searches under way at once: what they send, and the simulators, share this machine. */
const AT_ONCE = 3
const SEED = 11

/** A search of a few minutes: short trials, judged by their median, and a bracket that is wide. What it is for is the kind. */
const scenario = ({ mode, axis, from, to }: Planted) => ({
  name: 'planted',
  target: { simulator: './planted.yaml', mode },
  inputs: [{ values: { text: '{{nonce}}' } }],
  load: [
    axis === 'rate'
      ? { name: 'steady', rate: `${from}/s`, arrivals: 'constant', for: '4s' }
      : { name: 'steady', concurrency: from, for: '4s' },
  ],
  objectives: ['response_time p50 < 500ms', 'failures < 50%'],
  limits: { timeout: '50s' },
  // What is sent late by a part of a median of half a second changes no cause.
  caveats: { generatorLate: '50ms' },
  seed: SEED,
  capacity: { axis, ...(axis === 'rate' ? { from: `${from}/s`, to: `${to}/s` } : { from, to }), width: '40%', trial: '4s' },
})

function row(planted: Planted, { code, said }: Answer<CapacitySummary>): string[] {
  const { title, mode } = planted
  const kind = kindOf(planted)
  if (!said) return [title, mode, kind, `none: exit code ${code}`, '–', '–']
  const unit = said.axis === 'rate' ? '/s' : ' slots'
  const end = (load: number | null) => (load === null ? '–' : `${digits(load)}${unit}`)
  const bracket = said.stopped === 'found' ? `${end(said.lower)} to ${end(said.upper)}` : said.stopped
  const minutes = said.trialList.reduce((sum, { seconds }) => sum + seconds, 0) / 60
  return [title, mode, kind, said.overload?.kind ?? 'none', bracket, minutes.toFixed(1)]
}

/** One search for each overload planted on the simulator, in a process of its own. */
export const proveOverloads = (): Promise<RealProof> =>
  inFolder(async (folder) => {
    const rows = await several(PLANTED, AT_ONCE, async (planted, index) => {
      const own = join(folder, String(index))
      mkdirSync(own)
      writeFileSync(join(own, 'planted.yaml'), profileText(planted))
      writeFileSync(join(own, 'scenario.yaml'), JSON.stringify(scenario(planted)))
      const answer = await answerOf<CapacitySummary>(['capacity', join(own, 'scenario.yaml'), '--out', join(own, 'reports')])
      const cells = row(planted, answer)
      process.stderr.write(`overloads: ${cells.join(', ')}\n`)
      return { cells, ok: isNamed(planted, answer.said?.overload) }
    })
    return {
      markdown: `${table(
        ['planted', 'mode', 'to be named', 'named', 'bracket', 'minutes'],
        rows.map(({ cells }) => cells),
      )}\n\n${AT_ONCE} searches at once, ${madeOn()}.`,
      failures: rows.filter(({ ok }) => !ok).map(({ cells }) => `overloads: ${cells.join(', ')}`),
    }
  })
