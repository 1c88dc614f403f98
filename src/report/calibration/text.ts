import type { Calibration, Ceiling, Noise, Spread } from '../../core/calibration.ts'
import type { Mode } from '../../core/sample.ts'
import { TOLD_CHANGES, TOLD_PAIRS } from '../../judge/calibration/noise.ts'
import { machineInWords } from '../../judge/machine.ts'
import { count, digits, duration, moment, NONE, percent, rate, span } from '../format.ts'
import { headText } from '../opening-text.ts'
import { columnsOf, filesSection, type Pen, paragraphs, penOf, section, statement, type TextOptions, tableText, textOf } from '../pen.ts'
import type { DataTable } from '../table.ts'
import { wrapped } from '../width.ts'

/** What was found out of the instrument, for a terminal or a log: what to be careful of first, then what it can, how true it is, what a comparison can see. Ends with a line feed. */
export function calibrationText(calibration: Calibration, options: TextOptions): string {
  const { environment, at, thoroughness, truth, noise, caveats } = calibration
  const columns = columnsOf(options)
  const pen = penOf(options)
  const sentences = (texts: readonly string[]) => paragraphs(texts, columns)
  const facts = [moment(at), machineInWords(environment), `Node ${environment.node}`, ...(thoroughness === 'quick' ? ['quick'] : [])]
  return textOf(
    [
      ...headText({ title: 'Calibration', facts }, columns, pen),
      ...(caveats.length === 0
        ? statement({ tone: 'good', word: 'No caveat', sentence: 'nothing speaks against this installation.' }, columns, pen)
        : caveats.flatMap((text) => statement({ tone: 'unsure', word: 'Caveat', sentence: text }, columns, pen))),
      ...section('What this machine can send', tableText(ceilingTable(calibration), columns, pen).slice(1), pen),
      ...sentences((['blocking', 'streaming'] as const).map((mode) => levelsInWords(mode, calibration.ceiling[mode]))),
      ...section('A second client', sentences([witnessInWords(calibration)]), pen),
      ...section(
        'Times against the simulator’s own: errors and late sends that 95 % stay within',
        tableText(truthTable(truth), columns, pen).slice(1),
        pen,
      ),
      ...noise.flatMap((each) => noiseSection(each, columns, pen)),
      ...filesSection(options, pen),
    ],
    options,
  )
}

function ceilingTable({ ceiling }: Calibration): DataTable {
  return {
    head: ['', 'at most', 'half of it', 'slots', 'CPU a run', 'CPU an event'],
    rows: (['blocking', 'streaming'] as const).map((mode) => {
      const { perSecond, concurrency, cpuPerRun, cpuPerEvent } = ceiling[mode]
      return [mode, rate(perSecond), rate(perSecond / 2), count(concurrency), duration(cpuPerRun), duration(cpuPerEvent)]
    }),
  }
}

const ENDS: Readonly<Record<Ceiling['endedBy'], string>> = {
  flat: 'more slots brought no more',
  doubts: 'with more the generator was busier than it may be',
  'most-slots': 'it still rose at the most slots that are tried: it can send at least this much',
}

function levelsInWords(mode: Mode, { levels, endedBy }: Ceiling): string {
  const told = levels.map(({ concurrency, perSecond }) => `${concurrency}: ${digits(perSecond)}`).join(', ')
  const again = levels.filter(({ tries }) => tries > 1).map(({ concurrency }) => concurrency)
  const twice = again.length === 0 ? '' : ` Measured twice, since something had disturbed it: ${again.join(', ')}.`
  return `${mode}, runs per second by slots: ${told}; ${ENDS[endedBy]}.${twice}`
}

function witnessInWords({ witness }: Calibration): string {
  if ('absent' in witness) return witness.absent
  const { client, concurrency, takes, flowbench, other, apart } = witness
  const seen = ({ mean, perSecond }: typeof other) => `a mean of ${duration(mean)} and ${rate(perSecond)}`
  return `${concurrency} slots against a server that takes ${duration(takes)}: flowbench saw ${seen(flowbench)}, ${client} ${seen(other)}; ${signed(apart.mean)} and ${signed(apart.perSecond)} apart.`
}

const signed = (share: number): string => `${share < 0 ? '−' : '+'}${percent(Math.abs(share))}`

function truthTable(truth: Calibration['truth']): DataTable {
  const error = (spread: Spread | undefined) => (spread ? duration(spread.p95) : NONE)
  return {
    head: ['', 'load', 'first event', 'first text', 'finished', 'sent late'],
    rows: truth.map(({ mode, share, perSecond, errors, scheduleLag }) => [
      `${mode} at ${percent(share)}`,
      rate(perSecond),
      error(errors['firstEvent']),
      error(errors['firstText']),
      error(errors['finished']),
      duration(scheduleLag.p95),
    ]),
  }
}

const listed = (numbers: readonly number[]): string => `${numbers.slice(0, -1).join(', ')} or ${numbers.at(-1)}`

function noiseSection(
  { scenario, at, pairs, pairTakes, primary, metrics, falseAlarms }: Noise,
  columns: number,
  pen: Pen,
): readonly string[] {
  const table: DataTable = {
    head: ['', 'run to run', ...TOLD_PAIRS.map((pairs) => `${pairs} pairs`), ...TOLD_CHANGES.map((change) => `${change} %`)],
    rows: Object.entries(metrics).map(([name, { runToRun, detectable, pairsFor }]) => [
      name,
      percent(runToRun),
      ...TOLD_PAIRS.map((pairs) => percent(detectable[pairs] ?? Number.NaN)),
      ...TOLD_CHANGES.map((change) => `${pairsFor[change] ?? 'over 200'}`),
    ]),
  }
  const gate = (pairs: number) => {
    const detectable = metrics[primary]?.detectable[pairs]
    const finds = detectable === undefined ? '' : ` and find a change of ${percent(detectable)} or more`
    return `${pairs} pairs take ${span(pairs * pairTakes)}${finds}`
  }
  const words = [
    `Of each figure: the spread from run to run, the smallest change that ${listed(TOLD_PAIRS)} pairs find in four cases out of five, and how many pairs it takes to find one of ${listed(TOLD_CHANGES)} %.`,
    `A gate on ${primary}: ${gate(8)}; ${gate(16)}.`,
    `Were the arms of each pair named by the toss of a coin, ${percent(falseAlarms)} of such comparisons would end in a false alarm on it.`,
    `Measured in ${pairs} pairs of equal arms, ${moment(at)}.`,
  ]
  return [
    ...section(`Noise of ${scenario}`, tableText(table, columns, pen).slice(1), pen),
    ...words.flatMap((text) => wrapped(text, columns - 2).map((line) => `  ${line}`)),
  ]
}
