import {
  countField,
  durationField,
  eitherField,
  fields,
  percentField,
  rateText,
  slotsNumber,
  textField,
  wordField,
  wordOf,
} from './forms.ts'

/** How two arms are judged. */
export const judge = {
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
export const capacity = {
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
