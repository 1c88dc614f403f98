import { type Pen, paragraphs, statement } from './pen.ts'
import type { Statement } from './verdict.ts'
import { wrapped } from './width.ts'

/** What is said first of several runs that were judged. */
export interface Opening {
  readonly title: string
  readonly facts: readonly string[]
  readonly verdict: Statement
  /** What else the verdict rests on. */
  readonly sentences: readonly string[]
  /** Whether to believe it. */
  readonly validity: Statement
}

/** What was measured and when, the verdict with what it rests on, whether to believe it: how every text begins that judges several runs. */
export const openingText = ({ verdict, sentences, validity, ...head }: Opening, columns: number, pen: Pen): readonly string[] => [
  ...headText(head, columns, pen),
  ...statement(verdict, columns, pen),
  ...paragraphs(sentences, columns),
  ...statement(validity, columns, pen),
]

/** A title with its facts, and a blank line. */
export const headText = ({ title, facts }: Pick<Opening, 'title' | 'facts'>, columns: number, pen: Pen): readonly string[] => [
  ...wrapped(title, columns).map((line) => pen('bold', line)),
  ...wrapped(facts.join(' · '), columns).map((line) => pen('dim', line)),
  '',
]
