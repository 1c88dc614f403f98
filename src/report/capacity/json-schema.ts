import { OVERLOAD_KINDS } from '../../core/diagnosis.ts'
import { concluded, described, list, mapping, number, orNull, type Schema, text, whole } from '../schema-parts.ts'

const FINDINGS = ['held', 'missed', 'spoiled', 'throttled', 'stuck'] as const
const between = mapping({ estimate: number, low: number, high: number })

const trial = mapping(
  {
    run: described(text, 'Its id, the name of its folder.'),
    load: number,
    purpose: { enum: ['level', 'verify'] },
    finding: { enum: FINDINGS },
    because: text,
    began: text,
    seconds: described(number, 'With ramp-in and cool-down.'),
    measuredSeconds: number,
    exchanges: whole,
    failures: whole,
    tokens: number,
    offered: number,
    throughput: number,
    inFlight: number,
    connectionsOpen: number,
  },
  { responseP50: described(number, 'In µs.'), responseP95: described(number, 'In µs.') },
)

const scaling = mapping(
  {
    gamma: between,
    alpha: between,
    beta: between,
    points: list(mapping({ inFlight: number, throughput: number })),
    band: list(mapping({ inFlight: number, low: number, fit: number, high: number })),
    misfit: described(number, 'Of the level that the law fits worst, as a share of what was measured.'),
  },
  { peak: mapping({ inFlight: number, low: number, high: number, throughput: number }) },
)

/** What `capacity.json` holds of a search. */
export const search = mapping(
  {
    schema: { const: 1 },
    ...concluded,
    mode: { enum: ['blocking', 'streaming'] },
    axis: { enum: ['rate', 'concurrency'] },
    unit: { enum: ['runs per second', 'slots'] },
    verified: described(orNull(number), 'The highest load that a long trial held too; null where none did.'),
    lower: described(orNull(number), 'The highest level that held.'),
    upper: described(orNull(number), 'The lowest level above it that was missed.'),
    heldSeconds: described(number, 'How long the verified load was held in one trial; 0 where none was.'),
    limitedBy: described(orNull(text), 'What the upper end was missed by: an objective as written, `completions` or `in flight`.'),
    overload: orNull(mapping({ kind: { enum: OVERLOAD_KINDS }, knob: text, because: text })),
    levels: list(
      mapping({ load: number, held: whole, trials: whole, proven: { type: 'boolean' } }, { verdict: { enum: ['held', 'missed'] } }),
    ),
    trials: whole,
    tokens: number,
    stopped: {
      enum: ['found', 'top-held', 'ceiling', 'lowest-missed', 'unanswered', 'budget', 'throttled', 'stuck', 'generator', 'unfinished'],
    },
    sentences: list(text),
    throughput: described(orNull(number), 'Runs per second at the verified load, or at the highest that held.'),
    perHour: orNull(number),
    tokensPerMinute: orNull(number),
    margins: list(
      mapping(
        {
          objective: text,
          value: number,
          limit: number,
          margin: described(number, 'Distance from the limit as a share of it.'),
          proven: { type: 'boolean' },
        },
        { bound: number },
      ),
    ),
    firstNode: orNull(mapping({ nodeId: text, title: text, load: number, inflation: number })),
    headroom: list(mapping({ utilisation: number, load: number }, { perHour: number })),
    little: list(mapping({ load: number, inFlight: number, byLaw: number, inside: number, outside: number })),
    scaling: orNull(scaling),
    replicas: list(mapping({ replicas: whole, linear: number, low: number })),
    objectives: list(text),
    unloaded: orNull(mapping({ p50: described(number, 'In µs.'), tokensPerRun: number })),
    generatorCeiling: orNull(number),
    top: orNull(number),
    settings: mapping(
      {
        axis: { enum: ['rate', 'concurrency'] },
        from: number,
        width: number,
        trial: described(number, 'In µs.'),
        seed: whole,
        budget: mapping({}, { trials: whole, time: described(number, 'In µs.'), tokens: whole, runs: whole, waived: { const: true } }),
      },
      { to: number },
    ),
    seconds: number,
    trialList: list(trial),
    notes: list(text),
  },
  { description: text },
)

/** The JSON Schema (2020-12) of `capacity.json`. */
export const capacityJsonSchema = (): Schema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'flowbench capacity',
  description: 'What was concluded of a search for the highest load at which the objectives hold. Loads are in `unit`.',
  ...search,
})
