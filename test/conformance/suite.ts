import { readFileSync } from 'node:fs'
import { learnShapes, type SeenReply, type ShapeBook, shapeFaults } from '../contract/shape.ts'
import { isRun, readRecording } from '../helpers/recordings.ts'
import { CASES, type Case } from './cases.ts'
import { differences, type Expected, expectedOf } from './expect.ts'
import { recordedReply, type Subject } from './subjects.ts'

export type Verdict =
  | { readonly is: 'passed' }
  | { readonly is: 'failed'; readonly faults: readonly string[] }
  | { readonly is: 'left out'; readonly why: string }

const FILE = new URL('./expected.json', import.meta.url)

/** What was written down of each recording, by its name. */
export const readExpected = (): Readonly<Record<string, Expected>> => JSON.parse(readFileSync(FILE, 'utf8'))

const hasReply = ({ name }: Case) => readRecording(name).response.head !== undefined
const kindOf = (name: string) => (isRun(readRecording(name)) ? 'run' : 'other')

/** What there is to write down, by the rules as they are now. */
export const learnExpected = (): Readonly<Record<string, Expected>> =>
  Object.fromEntries(CASES.filter(hasReply).map(({ name }) => [name, expectedOf(recordedReply(name), kindOf(name))]))

/** Keys and types of everything that runs were recorded to say. */
export const learnBook = (): ShapeBook =>
  learnShapes(CASES.filter((one) => hasReply(one) && kindOf(one.name) === 'run').map(({ name }) => recordedReply(name)))

/** What a server may have that was not recorded: another version, and a proxy in front. */
const ALLOWED_OF_SERVERS = [/^header X-Version: /]
const OF_PROXIES = new Set(['Server', 'Connection', 'Keep-Alive', 'Via'])
const withoutProxy = (reply: SeenReply): SeenReply => ({ ...reply, headers: reply.headers.filter(([name]) => !OF_PROXIES.has(name)) })

/** Holds one subject to one case. */
export async function judge(
  subject: Subject,
  one: Case,
  { expected, book }: { readonly expected: Expected | undefined; readonly book: ShapeBook },
): Promise<Verdict> {
  const answer = await subject.ask(one)
  if ('cannot' in answer) return { is: 'left out', why: answer.cannot }
  if (!expected) return { is: 'failed', faults: ['nothing was written down of this recording'] }
  const reply = subject.kind === 'server' && !expected.headers.includes('Connection') ? withoutProxy(answer) : answer
  const faults = [
    ...differences(expected, expectedOf(reply, kindOf(one.name)), one.order ?? 'as told'),
    ...(kindOf(one.name) === 'run' ? shapeFaults(reply, book) : []),
  ].filter((fault) => subject.kind !== 'server' || !ALLOWED_OF_SERVERS.some((allowed) => allowed.test(fault)))
  return faults.length === 0 ? { is: 'passed' } : { is: 'failed', faults: [...new Set(faults)] }
}
