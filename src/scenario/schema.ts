import { z } from 'zod'
import {
  concurrencyField,
  countField,
  durationField,
  durationText,
  eitherField,
  fields,
  fieldsField,
  listField,
  mappingField,
  nameField,
  rateField,
  shareField,
  textField,
  wordField,
  wordOf,
  yesNoField,
} from './forms.ts'
import { type file, inputSet } from './input-fields.ts'
import { capacity, judge } from './judge-fields.ts'
import { MODES, target } from './target-fields.ts'

/**
 * The shape of a scenario file: which fields there are, and what form each takes. What fields mean together is checked in `plan.ts`; so
 * every field is optional here, and those that a scenario cannot do without are named in the JSON Schema alone.
 */

/** Ways to end that a person may declare to be no failure: a terminal event or a blocking reply said so. */
const ACCEPTABLE = ['partial', 'workflow-failed', 'stopped', 'paused'] as const

const phase = fields({
  name: nameField('The name that objectives and tables use.', { examples: ['steady'] }),
  rate: rateField('Open load: sends on schedule whatever the server does. A rate or a ramp.', { examples: ['10/s', '10/s..40/s'] }),
  arrivals: wordField(['constant', 'poisson'], 'Open load: how sends are spread.', { default: 'constant' }),
  concurrency: concurrencyField('Closed load: that many slots, each of which sends when its last run has finished. A number or a ramp.', {
    examples: [4, '1..32'],
  }),
  think: durationField('Closed load: the pause of a slot between two runs.', { default: '0s', examples: ['500ms'] }),
  for: durationField('How long the phase lasts.', { examples: ['10s', '2m'] }),
  runs: countField(1, 'Closed load: the phase ends after exactly this many runs.', { examples: [500] }),
  mode: wordField(MODES, 'How replies come in this phase; by default as target.mode says.'),
  measured: yesNoField('false: a warm-up, in no statistic.', { default: true }),
  settle: yesNoField('true: wait until nothing is in flight before the next phase.', { default: false }),
})

const limits = {
  inFlight: countField(1, 'Open phases: past it a send is dropped and counted, never queued.', { default: 500 }),
  connect: durationField('For a connection to be made.', { default: '5s' }),
  firstEvent: durationField('Streaming: from the request to the first event that is no ping.', { default: '300s' }),
  idle: durationField('Streaming: the longest silence after the first event; a ping counts as life.', { default: '60s' }),
  timeout: eitherField(
    [
      durationText,
      fields({
        blocking: durationField('For blocking runs.', { default: '100s' }),
        streaming: durationField('For streaming runs.', { default: '20m' }),
      }),
    ],
    'Write one duration such as 100s, or one for each mode: { blocking: 100s, streaming: 20m }.',
    'For the whole exchange: one value, or one for each mode.',
    { default: { blocking: '100s', streaming: '20m' } },
  ),
  linger: durationField('How long a finished stream may hold its connection before it is cut.', { default: '3s' }),
  drain: durationField('How long to wait at the end for what is under way; by default the timeout.', { examples: ['20m'] }),
  tokens: countField(1, 'Budget of tokens for the whole run.', { examples: [200000] }),
  runs: countField(1, 'Budget of runs for the whole run.', { examples: [5000] }),
}

const caveats = {
  generatorLate: durationField('p99 of the schedule lag above which the run is invalid.', { default: '10ms' }),
  suspended: durationField('A gap in our own loop above which the run is invalid.', { default: '5s' }),
  clockDrift: durationField('Wall and monotonic clock further apart than this: the run is invalid.', { default: '50ms' }),
  loopDelay: durationField('p99 of the event-loop delay that is worth a caveat.', { default: '10ms' }),
  loopStall: durationField('A single stall of the event loop that is worth a caveat.', { default: '100ms' }),
  ownCpu: shareField('Share of one core that is worth a caveat.', { default: 0.8 }),
  staleConnections: shareField('Share of reused connections found closed that is worth a caveat.', { default: 0.005 }),
}

/** What an arm may say differently. */
const changeable = {
  target: fieldsField(target, 'What is loaded.'),
  user: textField('Write the user that the server sees, such as flowbench-{{run}}.', "The API's user; a template.", {
    default: 'flowbench-{{run}}',
  }),
  inputs: listField(
    inputSet,
    'Write a list of input sets such as [{ values: { text: Hello } }].',
    'Input sets; each run draws one, by weight.',
  ),
  load: listField(phase, 'Write a list of phases such as [{ rate: 10/s, for: 2m }].', 'Phases, one after another, without a gap.'),
  limits: fieldsField(limits, 'Limits in time and number.'),
  accept: listField(wordOf(ACCEPTABLE), `Write a list of outcomes such as [partial].`, 'Outcomes besides succeeded that are no failure.', {
    default: [],
  }),
  record: listField(wordOf(['outputs']), 'Write [outputs] or [].', 'outputs: store replies too, not only sizes and ids.', { default: [] }),
  objectives: listField(
    z.string({ error: 'Write an objective such as response_time p95 < 2s.' }),
    'Write a list of objectives such as [response_time p95 < 2s].',
    'What must hold for the run to end in 0.',
    {
      examples: [['first_event p95 < 800ms', 'failures < 1%', 'throughput > 9/s in steady']],
    },
  ),
  strict: yesNoField("true: objectives must hold by their interval's bound.", { default: false }),
  nodes: wordField(['stream'], 'Where node times come from.', { default: 'stream' }),
  caveats: fieldsField(caveats, 'Where the instrument begins to doubt itself.'),
}

/** Names of the fields that an arm may have. */
export const ARM_FIELDS: readonly string[] = Object.keys(changeable)

/** A scenario file, after its variables were expanded. */
export const scenarioSchema = fields({
  name: textField('Write a name such as translate.', "The scenario's name; by default the file's.", { examples: ['translate'] }),
  description: textField('Write the question that the scenario answers.', 'The question that the scenario answers.'),
  ...changeable,
  seed: countField(0, 'Decides arrivals and inputs; by default drawn and printed.', { examples: [7] }),
  judge: fieldsField(judge, 'How the arms are judged.'),
  capacity: fieldsField(capacity, 'How capacity searches for the highest load at which the objectives hold.'),
  arms: mappingField(
    fields(changeable),
    'Write a mapping such as { baseline: { … }, candidate: { … } }.',
    'Two variants that compare runs in pairs: each overrides any of the fields above.',
    { examples: [{ blocking: { target: { mode: 'blocking' } }, streaming: {} }], minProperties: 2, maxProperties: 2 },
  ),
})

/** What a scenario file says, in its own words: durations and rates are still texts. */
export type Scenario = z.output<typeof scenarioSchema>
export type ScenarioFile = z.output<typeof file>
export type ScenarioInputSet = NonNullable<Scenario['inputs']>[number]
export type ScenarioPhase = NonNullable<Scenario['load']>[number]
