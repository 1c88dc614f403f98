import { describe, expect, test } from 'vitest'
import type { ArmReading, ComparisonSettings, Figure, Round, WorkReading } from '../../../src/core/comparison.ts'
import { judgeArm } from '../../../src/judge/comparison/judge-arm.ts'

const settings: ComparisonSettings & { readonly alpha: number } = {
  primary: 'response_time p95',
  informing: [],
  margin: 0.1,
  noise: 0.03,
  pairs: 8,
  seed: 7,
  alpha: 0.0294,
}
const versus = { baseline: 'before', candidate: 'after' }

interface Arm {
  readonly p95?: Figure
  readonly more?: Readonly<Record<string, Figure>>
  readonly failures?: number
  readonly work?: Partial<WorkReading>
}

const reading = ({ p95 = 1e6, more = {}, failures = 0, work = {} }: Arm): ArmReading => ({
  figures: { 'response_time p95': p95, ...more },
  failures: { count: failures, of: 500 },
  work: { modes: ['streaming'], tokens: 100, steps: 4, chunks: 20, bytes: 9000, ...work },
  fitness: { kind: 'sound' },
})

const WOBBLE = [0.01, -0.02, 0.015, -0.005, 0.02, -0.01, 0.0, -0.015]

/** Eight rounds; the candidate's time is the baseline's times `factor`, with a wobble of up to 2 %. */
const rounds = (before: Arm, after: (wobble: number) => Arm): readonly Round[] =>
  WOBBLE.map((wobble) => ({ before: reading(before), after: reading(after(1 + wobble)) }))

const slower = (factor: number, more: Omit<Arm, 'p95'> = {}) => rounds({}, (wobble) => ({ p95: 1e6 * factor * wobble, ...more }))

describe('the verdict of an arm', () => {
  test.each([
    [1, 'no regression'],
    [1.02, 'no regression'],
    [1.3, 'regressed'],
    [0.7, 'improved'],
  ] as const)('a candidate at %d of the time is: %s', (factor, verdict) =>
    expect(judgeArm(slower(factor), versus, settings).verdict).toBe(verdict),
  )
  test('says what is ruled out, at which confidence, and what the pairs could find', () => {
    const [first, second] = judgeArm(slower(1.02), versus, settings).sentences
    expect(first).toMatch(
      /^No regression shown: response_time p95 rose by 1\.9\d? %; worse than \+\d\.\d+ % is ruled out \(.* 97\.06 % interval of 8 pairs\)\.$/,
    )
    expect(second).toMatch(/^At this scatter 8 pairs find a change of \d\.\d+ % in four cases out of five\.$/)
  })
  test('where nothing is decided it says how many more pairs would', () => {
    const wild = WOBBLE.map((wobble) => ({ before: reading({}), after: reading({ p95: 1e6 * (1.05 + 8 * wobble) }) }))
    const judged = judgeArm(wild, versus, settings)
    expect(judged.verdict).toBe('inconclusive')
    const more = judged.metrics['response_time p95']!.morePairs!
    expect(more).toBeGreaterThan(8)
    expect(more % 2).toBe(0)
    expect(judged.sentences.at(-1)).toBe(`If estimate and scatter stay, about ${more} more pairs would decide.`)
  })
  test('failures that rise by 10 points regress, though what succeeds is faster', () => {
    const judged = judgeArm(slower(0.7, { failures: 50 }), versus, settings)
    expect(judged).toMatchObject({ verdict: 'regressed', failures: { verdict: 'grown' } })
    expect(judged.failures.difference).toBeCloseTo(0.1, 12)
    expect(judged.sentences[0]).toBe(
      'Regressed: failures rose by 10 percentage points (from 0 % to 10 %; by at least 9.08 percentage points), and what fails has no latency to make up for it.',
    )
  })
  test('failures that rose by less than a point, for certain, decide nothing', () => {
    const judged = judgeArm(slower(1, { failures: 3 }), versus, settings)
    expect(judged).toMatchObject({ verdict: 'no regression', failures: { verdict: 'not-grown' } })
    expect(judged.failures.low).toBeGreaterThan(0.003)
    expect(judged.failures.high).toBeLessThan(0.01)
  })
  test('failures that may have risen by more than a point leave nothing good to say', () => {
    const faster = WOBBLE.map((wobble, round) => ({
      before: reading({}),
      after: reading({ p95: 0.7e6 * (1 + wobble), failures: round % 3 === 0 ? 12 : 0 }),
    }))
    const judged = judgeArm(faster, versus, settings)
    expect(judged).toMatchObject({ verdict: 'inconclusive', failures: { verdict: 'may-have-grown' } })
    expect(judged.sentences[0]).toMatch(
      /^Inconclusive: response_time p95 alone would say improved, but failures may have grown by up to [\d.]+ percentage points\.$/,
    )
    const slow = faster.map(({ before, after }) => ({ before: after, after: before }))
    expect(judgeArm(slow, versus, settings).verdict).toBe('regressed')
  })
  test('where no exchange fails, so few rule out a point only from 368 in each arm on', () => {
    const of = (exchanges: number) => (arm: ArmReading) => ({ ...arm, failures: { count: 0, of: exchanges } })
    const each = (exchanges: number) =>
      slower(1).map(({ before, after }) => ({ before: of(exchanges)(before!), after: of(exchanges)(after!) }))
    expect(judgeArm(each(46), versus, settings)).toMatchObject({ verdict: 'no regression', failures: { verdict: 'not-grown' } })
    const judged = judgeArm(each(45), versus, settings)
    expect(judged).toMatchObject({
      verdict: 'inconclusive',
      failures: { verdict: 'may-have-grown', exchanges: { baseline: 360, candidate: 360 }, exchangesToClear: 368 },
    })
    expect(judged.failures.high).toBeCloseTo(1 - 0.025 ** (1 / 360), 9)
    expect(judged.sentences[0]).toBe(
      'Inconclusive: response_time p95 alone would say no regression, but failures may have grown by up to 1.02 percentage points. Not one failed, but 360 exchanges of an arm are too few to rule out a whole point: about 368 of each would, by more pairs or longer runs.',
    )
  })
  test('a failure of one exchange in twenty of both arms leaves a point open, and the text says how many more it takes', () => {
    const [sentence] = judgeArm(
      rounds({ failures: 25 }, (wobble) => ({ p95: 1e6 * wobble, failures: 25 })),
      versus,
      settings,
    ).sentences
    // Normal: (1.96 / 0.01)² · 2 · 0.05 · 0.95 = 3650 of each; 4000 do.
    expect(sentence).toMatch(/^No regression shown/)
    const fewer = judgeArm(rounds({ failures: 25 }, (wobble) => ({ p95: 1e6 * wobble, failures: 25 })).slice(0, 7), versus, settings)
    expect(fewer.failures.exchangesToClear).toBeGreaterThan(3650)
    expect(fewer.failures.exchangesToClear).toBeLessThan(4000)
    expect(fewer.sentences[0]).toContain('At these shares 3500 exchanges of an arm are too few')
  })
  test('half the tokens is unequal work, and the time of a whole reply is given for each token too', () => {
    const judged = judgeArm(slower(0.6, { work: { tokens: 50, chunks: 20 } }), versus, settings)
    expect(judged.work.find(({ of }) => of === 'tokens')).toMatchObject({ baseline: 100, candidate: 50, change: -0.5, differs: true })
    expect(judged.work.filter(({ differs }) => differs)).toHaveLength(1)
    expect(judged.metrics['response_time p95']!.perWork).toMatchObject({ per: 'token' })
    expect(judged.metrics['response_time p95']!.perWork!.estimate).toBeCloseTo(0.2, 1)
    expect(judged.sentences.join(' ')).toContain('a reply of the candidate has −50 % tokens')
  })
  test('tokens where the baseline has none are unequal work too, and none in both is not', () => {
    const tokens = (before: number, after: number) =>
      judgeArm(
        rounds({ work: { tokens: before } }, (wobble) => ({ p95: 1e6 * wobble, work: { tokens: after } })),
        versus,
        settings,
      )
    const some = tokens(0, 500)
    expect(some.work[0]).toEqual({ of: 'tokens', baseline: 0, candidate: 500, differs: true })
    expect(some.sentences.join(' ')).toContain('a reply of the candidate has 500 tokens where the baseline’s has none')
    expect(tokens(0, 0).work[0]).toMatchObject({ change: 0, differs: false })
  })
  test('a node that the candidate executes in fewer runs is unequal work too, and a few points are not', () => {
    const nodes = (share: number) => ({ llm: { title: 'Translate', share: 1 }, check: { title: 'Check', share } })
    const of = (share: number) =>
      judgeArm(
        rounds({ work: { nodes: nodes(0.5) } }, (wobble) => ({ work: { nodes: nodes(share * wobble) } })),
        versus,
        settings,
      )
    expect(of(0.2).node).toMatchObject({ title: 'Check', baseline: 0.5, differs: true })
    expect(of(0.2).sentences.at(-1)).toMatch(
      /^The arms did not take the same paths: Check was executed in 50 % of the baseline’s runs and (19\.\d+|20) % of/,
    )
    expect(of(0.45)).toMatchObject({ node: { title: 'Check', differs: false } })
    expect(of(0.45).sentences.join(' ')).not.toContain('paths')
    expect(judgeArm(slower(1), versus, settings)).not.toHaveProperty('node')
  })
  test('bytes of a blocking and a streaming reply are not compared', () => {
    const modes = rounds({}, () => ({ work: { modes: ['blocking'], bytes: 300 } }))
    expect(judgeArm(modes, versus, settings).work.map(({ of }) => of)).toEqual(['tokens', 'steps', 'chunks'])
  })
  test('a candidate that answers nobody is regressed, not missing', () => {
    const judged = judgeArm(
      rounds({}, () => ({ p95: 'endless' })),
      versus,
      settings,
    )
    expect(judged.verdict).toBe('regressed')
    expect(judged.metrics['response_time p95']).toEqual({
      confidence: 1 - 0.0294,
      verdict: 'regressed',
      pairs: 8,
      endless: { baseline: 0, candidate: 8 },
    })
    expect(judged.sentences[0]).toMatch(/^Regressed: response_time p95 is endless \(97\.06 % interval of 8 pairs\)\. It lies among/)
  })
  test('where neither arm answers anybody it says so, and no more than that', () => {
    const { sentences } = judgeArm(
      rounds({ p95: 'endless' }, () => ({ p95: 'endless' })),
      versus,
      settings,
    )
    expect(sentences).toEqual([
      'Inconclusive: no pair has a number for response_time p95 in both arms. It lies among what nobody answered in 8 runs of the candidate and 8 of the baseline.',
    ])
  })
  test('too few pairs with the figure have no interval, and nothing is said of what they fit', () => {
    const few = slower(1.2).map((round, index) => (index < 3 ? { ...round, after: { ...reading({}), figures: {} } } : round))
    expect(judgeArm(few, versus, settings).sentences[0]).toMatch(
      /^Inconclusive: response_time p95 rose by \d+(\.\d+)? %, but there is no interval \(5 pairs\)\.$/,
    )
  })
  test('runs that do not scatter promise no change of 0 % that they would find, and rounding is no change', () => {
    const same = WOBBLE.map(() => ({ before: reading({}), after: reading({ p95: 1e6 * (1 - 1e-15) }) }))
    const { sentences } = judgeArm(same, versus, settings)
    expect(sentences).toHaveLength(1)
    expect(sentences[0]).toMatch(/worse than ±0 % is ruled out \(±0 % to ±0 %,/)
  })
  test('a single run without an end does not decide, and lets nothing good be said', () => {
    const one = slower(1).map((round, index) => (index === 3 ? { ...round, after: reading({ p95: 'endless' }) } : round))
    expect(judgeArm(one, versus, settings).verdict).toBe('inconclusive')
  })
  test('a throughput that falls is a regression', () => {
    const falls = rounds({ more: { throughput: 10 } }, (wobble) => ({ more: { throughput: 7 * wobble } }))
    const judged = judgeArm(falls, versus, { ...settings, primary: 'throughput' })
    expect(judged.verdict).toBe('regressed')
    expect(judged.metrics['throughput']!.estimate).toBeCloseTo(-0.3, 2)
  })
  test('six metrics that inform are held to a stricter level together, and the primary gates alone', () => {
    const informing = ['p50', 'p75', 'p90', 'p99', 'mean', 'max'].map((statistic) => `response_time ${statistic}`)
    const of = (factor: (name: string, wobble: number) => number) =>
      rounds({ more: Object.fromEntries(informing.map((name) => [name, 1e6])) }, (wobble) => ({
        more: Object.fromEntries(informing.map((name) => [name, 1e6 * factor(name, wobble)])),
      }))
    const verdicts = (of: readonly Round[], informs: readonly string[]) =>
      informs.map((name) => judgeArm(of, versus, { ...settings, informing: informs }).metrics[name]!.verdict)
    // An effect that a metric shows alone, and six of them together cannot.
    const slight = of((name, wobble) => (name.endsWith('max') ? 1.16 + 9 * (wobble - 1) : 1 + 12 * (wobble - 1)))
    expect(verdicts(slight, ['response_time max'])).toEqual(['regressed'])
    expect(new Set(verdicts(slight, informing))).toEqual(new Set(['inconclusive']))
    expect(judgeArm(slight, versus, { ...settings, informing }).verdict).toBe('no regression')
    // One that none can miss.
    const plain = of((name, wobble) => (name.endsWith('max') ? 2 : 1) * wobble)
    expect(verdicts(plain, informing)).toEqual([...new Array(5).fill('no regression'), 'regressed'])
  })
})
