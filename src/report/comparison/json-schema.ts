import { VERDICTS } from '../../core/comparison.ts'
import { OVERLOAD_KINDS } from '../../core/diagnosis.ts'
import { concluded, described, every, list, mapping, number, orNull, type Schema, text, whole } from '../schema-parts.ts'

const verdict = { enum: VERDICTS } as const

const change = {
  estimate: described(number, 'Relative: 0.12 is 12 % more in the later arm. Absent where it cannot be told.'),
  low: described(number, 'Absent where the interval has no such end.'),
  high: number,
}

const sides = mapping({ baseline: whole, candidate: whole })

const metric = mapping(
  { confidence: number, verdict },
  {
    ...change,
    pairs: described(whole, 'Pairs in which both arms have it; absent for stored runs.'),
    runs: described(sides, 'Of stored runs: how many on each side have it.'),
    mde: described(number, 'The smallest relative change that so many pairs find in four cases out of five.'),
    morePairs: described(whole, 'Pairs beyond these that would decide, if estimate and scatter stay.'),
    endless: sides,
    perWork: mapping({ per: { enum: ['chunk', 'token'] } }, change),
  },
)

const failures = mapping(
  {
    baseline: number,
    candidate: number,
    difference: number,
    confidence: number,
    verdict: { enum: ['grown', 'may-have-grown', 'not-grown'] },
    exchanges: described(sides, 'That were to be answered in each arm, over all runs that are judged.'),
  },
  {
    low: number,
    high: number,
    exchangesToClear: described(
      whole,
      'Exchanges of each arm that would rule growth by a point out, if the shares stay; only where too few withhold the verdict.',
    ),
  },
)

const run = mapping(
  {
    run: described(text, 'Its id, the name of its folder.'),
    arm: text,
    attempt: whole,
    began: text,
    use: { enum: ['counted', 'spoiled', 'left-out', 'cut-short', 'other-plan'] },
    reasons: list(text),
    figures: described(every({ anyOf: [number, { const: 'endless' }] }), "In the metric's unit; times in µs."),
    failures: mapping({ count: whole, of: whole }),
    exchanges: whole,
    tokens: number,
    seconds: number,
  },
  { pair: described({ type: 'integer', minimum: 1 }, 'Absent for stored runs.') },
)

const overRuns = mapping({}, { estimate: number, low: number, high: number })
const bothModes = (schema: Schema): Schema => mapping({ streaming: schema, blocking: schema })
const modes = mapping({
  arms: bothModes(text),
  confidence: number,
  pairs: whole,
  phases: list(
    mapping({
      phase: text,
      load: bothModes(text),
      figures: described(
        every(mapping({}, { streaming: overRuns, blocking: overRuns, difference: overRuns, proven: { type: 'boolean' } })),
        'By `<metric> <statistic>`: means over runs in the metric’s unit; the difference is streaming less blocking.',
      ),
      failures: bothModes(mapping({ count: whole, of: whole })),
      gaveWay: bothModes(mapping({ runs: whole }, { kind: { enum: [...OVERLOAD_KINDS, 'failures'] }, because: text, knob: text })),
    }),
  ),
  first: mapping({ mode: { enum: ['streaming', 'blocking', 'neither', 'both', 'unclear'] }, pairs: whole }),
  advice: list(text),
})

/** The JSON Schema (2020-12) of `comparison.json`. */
export const comparisonJsonSchema = (): Schema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'flowbench comparison',
  description:
    'What was concluded of two arms that ran in pairs, or of stored runs. Relative changes are of the later arm against the first.',
  ...mapping(
    {
      schema: { const: 1 },
      kind: described({ enum: ['interleaved', 'historical'] }, 'Runs that took turns, or stored ones, whenever they were made.'),
      ...concluded,
      arms: { type: 'array', items: text, minItems: 2, maxItems: 2 },
      pairs: whole,
      looks: { type: 'integer', minimum: 0, maximum: 2 },
      primary: text,
      verdict: described(orNull(verdict), 'Null where nothing may be said: unfinished, or spoiled by our own machine.'),
      sentences: list(text),
      metrics: described(every(metric), 'By `<metric> <statistic>`.'),
      failures: orNull(failures),
      work: every(
        mapping(
          { baseline: number, candidate: number, differs: { type: 'boolean' } },
          { change: described(number, 'Relative; absent where the baseline has none.') },
        ),
      ),
      repeated: whole,
      restarted: whole,
      settings: mapping(
        { primary: text, informing: list(text), margin: number, noise: number },
        { pairs: whole, seed: whole, inconclusive: { enum: ['pass', 'fail'] } },
      ),
      differences: list(mapping({ field: text, baseline: text, candidate: text })),
      caveats: list(mapping({ kind: text, text, runs: every(whole) })),
      notes: list(text),
      cost: mapping({ runs: whole, exchanges: whole, tokens: number, seconds: number }),
      runs: list(run),
    },
    {
      description: text,
      node: described(
        mapping({ nodeId: text, title: text, baseline: number, candidate: number, differs: { type: 'boolean' } }),
        'The workflow node whose share of runs differs most between the arms; shares from 0 to 1.',
      ),
      modes: described(
        modes,
        'What streaming gives and costs; only where the one arm measured in streaming mode, the other in blocking mode.',
      ),
    },
  ),
})
