import { shardInWords } from '../core/shard.ts'
import type { ObjectiveResult, RunSummary } from '../core/summary.ts'
import { count } from './format.ts'
import { isHarmlessLinger } from './lingering.ts'
import { plain } from './plain.ts'

/** How good a line is. Never shown by colour alone: each has a sign and a word too. */
export type Tone = 'good' | 'bad' | 'unsure' | 'plain'

/** A finding in one word and one sentence. */
export interface Statement {
  readonly tone: Tone
  readonly word: string
  readonly sentence: string
}

/** What the run says of the target, and whether the instrument is to be believed: the two sentences on top of every report. */
export const judge = (summary: RunSummary): { readonly verdict: Statement; readonly validity: Statement } => ({
  verdict: verdictOf(summary),
  validity: validityOf(summary),
})

function verdictOf({ status, objectives, shard }: RunSummary): Statement {
  const none = objectives.length === 0
  if (shard)
    return {
      tone: 'unsure',
      word: 'Not judged',
      sentence: `This is ${shardInWords(shard)}: objectives are asked of the whole, which flowbench merge puts together.`,
    }
  if (status === 'incomplete')
    return {
      tone: 'unsure',
      word: 'Not judged',
      sentence: `The run did not end by itself, so ${none ? 'it has no verdict' : 'its objectives are shown, not judged'}.`,
    }
  const missed = named(objectives, 'missed')
  const undecided = named(objectives, 'undecided')
  const total = objectives.length
  if (none)
    return { tone: 'plain', word: 'No objectives', sentence: 'Nothing was asked of the target, so the numbers stand for themselves.' }
  const others =
    undecided.length === 0 ? '' : ` ${undecided.length === 1 ? 'Another' : `${count(undecided.length)} others`} could not be decided.`
  if (missed.length > 0)
    return {
      tone: 'bad',
      word: 'Missed',
      sentence: `${share(missed.length, total)} ${be(missed.length)} missed: ${list(missed)}.${others}`,
    }
  if (undecided.length > 0)
    return {
      tone: 'unsure',
      word: 'Undecided',
      sentence: `${share(undecided.length, total)} could not be decided: ${list(undecided)}.${total > undecided.length ? ' The others held.' : ''}`,
    }
  const open = named(objectives, 'held-not-proven').length
  const proven =
    open === 0
      ? ''
      : open === total
        ? ', but not proven by the interval'
        : `, ${open === 1 ? 'one of them' : `${open} of them`} not proven by the interval`
  return {
    tone: 'good',
    word: 'Held',
    sentence:
      total === 1 ? `The objective held: ${list([plain(objectives[0]!.text, 100)])}${proven}.` : `All ${total} objectives held${proven}.`,
  }
}

function validityOf({ status, valid, caveats, diagnoses }: RunSummary): Statement {
  const against = caveats.filter((caveat) => caveat.invalidates).length
  const doubts = caveats.filter((caveat) => !caveat.invalidates && !isHarmlessLinger(caveat, diagnoses)).length
  const ending = {
    whole: '',
    interrupted: 'The run was interrupted; the numbers cover what had been sent by then. ',
    incomplete: 'The run was cut off and has been salvaged; what was under way is not in the numbers. ',
  }[status]
  const reading = doubts === 0 ? '' : ` ${doubts === 1 ? 'One caveat bears' : `${count(doubts)} caveats bear`} on how to read them.`
  if (!valid)
    return {
      tone: 'bad',
      word: 'Invalid',
      sentence: `${ending}Do not trust these numbers: ${against === 1 ? 'one reason lies' : `${count(against)} reasons lie`} with the generator itself, not with the target.`,
    }
  const word = { whole: 'Valid', interrupted: 'Interrupted', incomplete: 'Incomplete' }[status]
  const clean = doubts === 0 ? 'Every check of the instrument passed.' : `The instrument can be believed.${reading}`
  return { tone: status === 'whole' ? (doubts === 0 ? 'good' : 'plain') : 'unsure', word, sentence: `${ending}${clean}` }
}

const named = (objectives: readonly ObjectiveResult[], verdict: ObjectiveResult['verdict']): readonly string[] =>
  objectives.filter((objective) => objective.verdict === verdict).map((objective) => plain(objective.text, 100))

const list = (texts: readonly string[]): string =>
  texts.length <= 3 ? texts.join('; ') : `${texts.slice(0, 2).join('; ')}; and ${texts.length - 2} more`

const share = (some: number, total: number): string =>
  some === total ? (total === 1 ? 'The objective' : `All ${total} objectives`) : `${some} of ${total} objectives`

const be = (many: number): string => (many === 1 ? 'was' : 'were')
