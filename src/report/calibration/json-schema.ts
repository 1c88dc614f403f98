import { described, every, list, mapping, number, orNull, type Schema, text, whole } from '../schema-parts.ts'

const bothModes = (schema: Schema): Schema => mapping({ blocking: schema, streaming: schema })

const environment = mapping(
  { flowbench: text, node: text, platform: text, cpu: text, cores: whole, memoryBytes: whole, libraries: every(text) },
  { ci: text, commit: text },
)

const level = mapping(
  {
    concurrency: whole,
    perSecond: number,
    cpu: described(number, 'Of the generator, as a share of one core.'),
    loopDelay: described(number, "The worst second's p99, in µs."),
    eventsPerRun: number,
    succeeded: whole,
    failures: whole,
    tries: described(whole, 'How often it was measured; the better one is told.'),
    doubts: list(text),
  },
  { others: described(number, 'Share of all cores that other programs took.') },
)

const ceiling = mapping({
  perSecond: described(number, 'Runs per second at the best level.'),
  concurrency: whole,
  cpuPerRun: described(number, 'µs.'),
  cpuPerEvent: described(number, 'µs.'),
  endedBy: { enum: ['flat', 'doubts', 'most-slots'] },
  levels: list(level),
})

const seen = mapping({ mean: number, perSecond: number })

const witness: Schema = {
  anyOf: [
    mapping({ absent: described(text, 'Why there was no second client.') }),
    mapping({
      client: text,
      concurrency: whole,
      takes: described(number, 'What the simulator takes for a run, in µs.'),
      flowbench: seen,
      other: seen,
      apart: described(seen, 'Relative: flowbench against the other.'),
    }),
  ],
}

const spread = { p50: number, p95: number }

const truth = mapping({
  mode: { enum: ['blocking', 'streaming'] },
  share: described(number, 'Of the ceiling.'),
  perSecond: number,
  exchanges: whole,
  errors: described(every(mapping(spread)), 'By mark, in µs.'),
  scheduleLag: mapping({ ...spread, p99: number }),
})

const metric = mapping({
  runToRun: described(number, 'Standard deviation of its logarithm.'),
  pairToPair: described(number, "Standard deviation of a pair's difference of logarithms."),
  detectable: described(every(number), 'By pairs: the smallest relative change found in four cases out of five.'),
  pairsFor: described(every(orNull(whole)), 'By change in per cent: the pairs that find it; null beyond 200.'),
})

const noise = mapping({
  scenario: text,
  planHash: text,
  at: text,
  folder: described(text, 'Of its runs, from the folder of this file.'),
  pairs: whole,
  pairTakes: described(number, 'µs.'),
  primary: text,
  metrics: described(every(metric), 'By <metric> <statistic>.'),
  falseAlarms: described(number, 'Share of sign flips that would be judged a regression.'),
})

/** The JSON Schema of `calibration.json`. */
export const calibrationJsonSchema = (): Schema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'flowbench calibration',
  ...mapping({
    schema: { const: 1 },
    at: text,
    environment,
    thoroughness: { enum: ['whole', 'quick'] },
    ceiling: bothModes(ceiling),
    witness,
    truth: list(truth),
    noise: list(noise),
    caveats: list(text),
  }),
})
