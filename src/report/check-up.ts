import { CHECK_SUBJECTS, type Check, type CheckSubject, type CheckUp } from '../judge/check-up.ts'
import { columnsOf, type Pen, penOf, type TextOptions, textOf } from './pen.ts'
import { cut, padded, wrapped } from './width.ts'

const NAME = 16

const SIGNS = { good: '✓', doubtful: '!', bad: '✗' } as const
const COLOURS = { good: 'green', doubtful: 'yellow', bad: 'red' } as const
const TITLES: Readonly<Record<CheckSubject, string>> = { machine: 'Machine', scenario: 'Scenario', target: 'Target' }

/** What the doctor found, for a terminal or a log: by subject, each check with a sign, its name and what was found; below it the way out. Ends with a line feed. */
export function renderCheckUp({ checks, exitCode }: CheckUp, options: Omit<TextOptions, 'files'>): string {
  // Likenesses in ASCII can be longer by a character.
  const columns = columnsOf(options) - (options.glyphs === 'ascii' ? 2 : 0)
  const pen = penOf(options)
  const sections = CHECK_SUBJECTS.flatMap((subject) => {
    const own = checks.filter(({ about }) => about === subject)
    return own.length === 0 ? [] : [pen('bold', TITLES[subject]), ...own.flatMap((check) => lines(check, columns, pen)), '']
  })
  return textOf([...sections, ...closing(checks, exitCode, { columns, pen })], options)
}

function lines({ name, state, says, fix }: Check, columns: number, pen: Pen): readonly string[] {
  const room = columns - NAME - 4
  // Lines that begin with a blank are laid out already, as an excerpt with a mark below it is.
  const gap = ' '.repeat(NAME + 4)
  const [first = '', ...rest] = says.split('\n').flatMap((line) => (line.startsWith(' ') ? [cut(line, room)] : wrapped(line, room)))
  const help = fix === undefined ? [] : wrapped(fix, room - 2)
  const head = `${pen([COLOURS[state], 'bold'], SIGNS[state])} ${state === 'good' ? padded(name, NAME, 'left') : pen('bold', padded(name, NAME, 'left'))}`
  return [
    `  ${head}${first}`,
    ...rest.map((line) => gap + line),
    ...help.map((line, n) => gap + pen('dim', `${n === 0 ? '→' : ' '} ${line}`)),
  ]
}

function closing(
  checks: readonly Check[],
  exitCode: number,
  { columns, pen }: { readonly columns: number; readonly pen: Pen },
): readonly string[] {
  const [bad, doubtful] = (['bad', 'doubtful'] as const).map((state) => checks.filter((check) => check.state === state).length) as [
    number,
    number,
  ]
  const doubts = doubtful === 0 ? '' : `${doubtful} of ${checks.length} checks ${doubtful === 1 ? 'is' : 'are'} doubtful (!)`
  if (bad > 0) {
    const sentence = `${bad} of ${checks.length} checks ${bad === 1 ? 'is' : 'are'} bad (✗)${doubts === '' ? '' : `, ${doubtful} doubtful (!)`}: a run would not work. Exit code ${exitCode}.`
    return wrapped(sentence, columns).map((line) => pen(['red', 'bold'], line))
  }
  if (doubts === '') return [pen(['green', 'bold'], `All ${checks.length} checks are good.`)]
  return wrapped(`${doubts}: a run would work, and its numbers may suffer.`, columns).map((line) => pen(['yellow', 'bold'], line))
}
