import { z } from 'zod'
import { FILE_KINDS, GENERATED_FORMATS } from '../core/file.ts'
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
  percentField,
  positiveField,
  rateField,
  rateText,
  shareField,
  sizeField,
  slotsNumber,
  someText,
  textField,
  wordField,
  wordOf,
  yesNoField,
} from './forms.ts'

/**
 * The shape of a scenario file: which fields there are, and what form each takes. What fields mean together is checked in `plan.ts`; so
 * every field is optional here, and those that a scenario cannot do without are named in the JSON Schema alone.
 */

const MODES = ['streaming', 'blocking'] as const

/** Ways to end that a person may declare to be no failure: a terminal event or a blocking reply said so. */
const ACCEPTABLE = ['partial', 'workflow-failed', 'stopped', 'paused'] as const

const target = {
  url: textField(
    'Write the API base as Dify shows it, such as http://127.0.0.1:5001/v1.',
    'The API base as Dify shows it; either this or simulator.',
    {
      examples: ['http://127.0.0.1:5001/v1', `\${DIFY_URL}`],
    },
  ),
  simulator: textField(
    'Write the name of a profile such as llm, or a profile file such as ./mine.yaml.',
    'Instead of url: the built-in simulator with this profile (a name or a file), in a process of its own.',
    { examples: ['llm', 'steady', './mine.yaml'] },
  ),
  apiKey: textField(
    `Write \${DIFY_API_KEY} and set that variable in the environment.`,
    "The app's key, as a reference to an environment variable.",
    {
      examples: [`\${DIFY_API_KEY}`],
    },
  ),
  workflowId: textField(
    'Write the id of a published version in quotes, such as "7c3e33d4-7d5e-4a43-9a5c-2f0a2f6f7a10".',
    'The id of a published version to run instead of the current one.',
    { examples: ['7c3e33d4-7d5e-4a43-9a5c-2f0a2f6f7a10'] },
  ),
  mode: wordField(MODES, 'How replies come; a phase may say otherwise.', { default: 'streaming' }),
  connections: wordField(
    ['auto', 'reuse', 'fresh'],
    'reuse: kept alive; fresh: one per run; auto: reuse where a Server or Via header tells of a proxy, else fresh.',
    { default: 'auto' },
  ),
  trace: wordField(
    ['unsampled', 'sampled', 'off'],
    'A trace id for each run, in X-Trace-Id and traceparent. sampled: asks the server to record it; off: none is sent.',
    { default: 'unsampled' },
  ),
  headers: mappingField(
    z.string({ error: 'Write a text, in quotes where it looks like a number.' }),
    'Write a mapping such as { X-Env: staging }.',
    'Headers sent with every request.',
    {
      examples: [{ 'X-Env': 'staging' }],
    },
  ),
  ca: textField(
    'Write the path of a PEM file such as ./ca.pem.',
    'A PEM file with the certificate authorities to trust besides the usual ones.',
  ),
  insecure: yesNoField('true: certificates are not checked, and the report says so in red.', { default: false }),
  allow: listField(
    z.string({ error: 'Write a host such as dify.staging.internal.' }),
    'Write a list of hosts such as [dify.staging.internal].',
    'Hosts that may be loaded where nobody can be asked.',
    {
      default: [],
    },
  ),
  sharedCloudAllowed: yesNoField('true: a shared cloud may be loaded above 2 runs/s or 5 in flight.', { default: false }),
}

const FILE_SENTENCE = 'Write a path, an address, or a mapping such as { generate: pdf, size: 200kB }.'

const fileForms = [
  someText(FILE_SENTENCE),
  fields({
    path: textField('Write the path of a file such as inputs/invoice.pdf.', 'A file of yours; it is uploaded before the load.', {
      examples: ['inputs/invoice.pdf'],
    }),
    url: textField('Write an address such as https://example.org/a.pdf.', 'A file on the web, which the server fetches itself.', {
      examples: ['https://example.org/a.pdf'],
    }),
    generate: wordField(GENERATED_FORMATS, 'A file is made up in this format, always the same for the same seed.'),
    size: sizeField('Of a file that is made up.', { default: '100kB', examples: ['200kB'] }),
    type: wordField(FILE_KINDS, "Dify's kind of the file; by default as its name says."),
  }),
] as const
const file = z.union(fileForms, { error: FILE_SENTENCE })

const inputSet = fields({
  name: nameField('The name that objectives and tables use.', { examples: ['short'] }),
  weight: positiveField('How often this set is drawn, against the weights of the others.', { default: 1 }),
  values: mappingField(
    z.unknown(),
    'Write a mapping from input variables to values.',
    "The workflow's inputs. Texts may hold templates such as {{nonce}} or {{row.column}}.",
    {
      examples: [{ text: 'Hello, {{nonce}}' }],
    },
  ),
  from: textField(
    'Write the path of a csv, json or jsonl file such as inputs/articles.csv.',
    'A csv, json or jsonl file with one set of inputs per row.',
    {
      examples: ['inputs/articles.csv'],
    },
  ),
  files: mappingField(
    z.union([...fileForms, z.array(file, { error: FILE_SENTENCE })], { error: FILE_SENTENCE }),
    'Write a mapping from file variables to files, such as { invoice: inputs/invoice.pdf }.',
    'File variables: a path is uploaded before the load, an address is sent as it is, generate: makes a file up; a list for several.',
    {
      examples: [{ invoice: 'inputs/invoice.pdf' }, { invoice: { generate: 'pdf', size: '200kB' } }],
    },
  ),
  requestFiles: listField(
    file,
    'Write a list of files such as [inputs/a.png].',
    "The request's own files, beside its inputs, for apps with their own file upload switched on.",
    { examples: [['https://example.org/a.png']] },
  ),
  order: wordField(['sequential', 'shuffled', 'random'], 'In which order rows are taken.', { default: 'sequential' }),
  whenExhausted: wordField(['repeat', 'stop'], 'What happens after the last row.', { default: 'repeat' }),
})

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

/** How two arms are judged. */
const judge = {
  primary: textField(
    'Write a metric and a statistic such as response_time p95, and in which phase where several are measured.',
    'What decides: a metric and a percentile or mean, with `in <phase>` where several are measured.',
    { default: 'response_time p95', examples: ['first_text p50', 'response_time p95 in steady'] },
  ),
  margin: percentField('A change for the worse beyond this fails.', { default: '10%' }),
  noise: percentField('A change up to this is of no interest.', { default: '3%' }),
  pairs: countField(8, 'Pairs of runs until the first look, an even number; at the second look there are twice as many.', { default: 8 }),
  inconclusive: wordField(['pass', 'fail'], 'What an undecided comparison ends in: pass is exit code 0, fail is 11; else 12.'),
}

const LOAD_SENTENCE = 'Write a rate such as 10/s or, where slots are searched for, a whole number such as 8.'
const capacityLoad = [rateText(LOAD_SENTENCE), slotsNumber(LOAD_SENTENCE)] as const

/** How the capacity is searched for. */
const capacity = {
  axis: wordField(['rate', 'concurrency'], 'What is searched for: runs per second or slots; by default what the last measured phase has.'),
  from: eitherField(capacityLoad, LOAD_SENTENCE, 'The first load tried.', { default: '1/s, or 1 slot', examples: ['1/s', 1] }),
  to: eitherField(capacityLoad, LOAD_SENTENCE, 'The highest load tried; by default as high as this machine can tell.', {
    examples: ['100/s', 64],
  }),
  width: percentField('How far apart the ends of the bracket may lie.', { default: '5%' }),
  trial: durationField('The shortest trial, without its ramp-in.', { default: '30s' }),
  budget: eitherField(
    [
      wordOf(['none']),
      fields({
        trials: countField(1, 'No more trials than this.', { examples: [60] }),
        time: durationField('No trial is begun that would end later than this.', { examples: ['2h'] }),
        tokens: countField(1, 'No trial is begun that would spend more than this in all.', { examples: [2000000] }),
        runs: countField(1, 'No more runs than this are sent to the target in all.', { examples: [20000] }),
      }),
    ],
    'Write a mapping such as { time: 2h, tokens: 2000000 }, or none.',
    'What the search may cost; none waives it. Off this machine one of the two must be there.',
    { examples: [{ trials: 60, time: '2h', tokens: 2000000 }, 'none'] },
  ),
}

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
