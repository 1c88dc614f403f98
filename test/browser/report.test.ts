import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { concludeModes } from '../../src/judge/capacity/capacity-modes.ts'
import { concludeStored } from '../../src/judge/comparison/comparison-summary.ts'
import { concludeHistory } from '../../src/judge/history/history.ts'
import { overlayOf } from '../../src/judge/overlay/overlay.ts'
import { renderCapacityHtml } from '../../src/report/capacity/html.ts'
import { renderCapacityModesHtml } from '../../src/report/capacity/modes-html.ts'
import { renderComparisonHtml } from '../../src/report/comparison/html.ts'
import { renderHistoryHtml } from '../../src/report/history/html.ts'
import { renderHtml } from '../../src/report/html.ts'
import { renderOverlayHtml } from '../../src/report/overlay/html.ts'
import { modesHeader, searched } from '../helpers/capacity.ts'
import { madeComparison, slowerBy } from '../helpers/comparison.ts'
import { historyEntryOf, noisyHistory } from '../helpers/history.ts'
import { CANARY, HOSTILE } from '../helpers/hostile.ts'
import { overlaidRuns, poisonedOverlay } from '../helpers/overlay.ts'
import { makeRun, translatePlan } from '../helpers/run-summary.ts'
import { openPhase, s } from '../helpers/samples.ts'

const EXECUTABLE = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'
const missing = !existsSync(EXECUTABLE)
if (missing)
  process.stderr.write(
    `\nThe report is not looked at in a browser: there is none at ${EXECUTABLE}. Set CHROMIUM_PATH to have it looked at.\n\n`,
  )

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const ordinary = await makeRun(translatePlan({ phases: translatePlan().phases.map((phase) => ({ ...phase, length: s(15) })) }))
const many = await makeRun(
  translatePlan({
    phases: Array.from({ length: 40 }, (_, at) =>
      openPhase({ name: `phase ${at}`, mode: at % 2 ? 'blocking' : 'streaming', length: s(2) }),
    ),
  }),
)
const hostile = HOSTILE.join(' ')
const longWord = 'w'.repeat(300)
const poisoned = {
  ...ordinary,
  plan: { ...ordinary.plan, description: longWord, user: longWord },
  summary: {
    ...ordinary.summary,
    name: longWord,
    objectives: HOSTILE.slice(0, 40).map((text) => ({ ...ordinary.summary.objectives[0]!, text, explanation: text })),
    caveats: HOSTILE.slice(30, 66).map((text) => ({ kind: 'clock' as const, text, invalidates: true, phase: text })),
    phases: Object.fromEntries(Object.values(ordinary.summary.phases).map((phase, at) => [`${HOSTILE[at]}`, phase])),
    failures: HOSTILE.slice(0, 50).map((detail) => ({
      outcome: 'rejected' as const,
      detail,
      count: 1,
      examples: [{ ...ordinary.summary.slowest[0]!, workflowRunId: detail, phase: hostile }],
    })),
  },
}

const comparison = concludeStored(madeComparison(slowerBy(1.2))).summary
const compared = {
  ...comparison,
  name: longWord,
  differences: HOSTILE.slice(0, 20).map((field) => ({ field, baseline: longWord, candidate: hostile })),
  notes: HOSTILE.slice(0, 20),
}

const remembered = [
  ...noisyHistory(60, [[35, 0.1]], 2).map((entry) => ({ ...entry, branch: hostile, commit: longWord })),
  ...HOSTILE.slice(0, 12).map((evil, n) =>
    historyEntryOf(70 + n, { name: 'evil', run: evil, planHash: evil, machine: { print: 'a', words: evil } }),
  ),
]

const found = await searched('blocking')
/** What a server or a scenario says, wherever a search shows it. */
const evilSearch = {
  ...found,
  name: longWord,
  description: hostile,
  sentences: HOSTILE,
  notes: [...HOSTILE, longWord],
  trialList: found.trialList.map((trial, at) => ({ ...trial, because: at === 0 ? longWord : HOSTILE[at % HOSTILE.length]! })),
}

const overlaid = poisonedOverlay(overlayOf(await overlaidRuns(3)), HOSTILE)

const PAGES = {
  'runs over each other': renderOverlayHtml(overlaid),
  'a search': renderCapacityHtml(evilSearch),
  'a search in both modes': renderCapacityModesHtml(
    concludeModes(modesHeader(['blocking', 'streaming']), {
      blocking: { ...evilSearch, limitedBy: longWord },
      streaming: await searched('streaming'),
    }),
  ),
  'a history': renderHistoryHtml(concludeHistory(remembered, { last: 200 })),
  'a comparison': renderComparisonHtml(compared),
  ordinary: renderHtml(ordinary),
  'of forty phases': renderHtml(many),
  hostile: renderHtml(poisoned),
}

describe.skipIf(missing)('the report in a browser', () => {
  let browser: Browser
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'flowbench-report-'))
    for (const [name, page] of Object.entries(PAGES)) writeFileSync(join(folder, `${name}.html`), page)
    browser = await chromium.launch({
      executablePath: EXECUTABLE,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    })
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Opens the file from disk and gives the page with every address that was asked for. */
  async function open(name: string, options: BrowserContextOptions) {
    const context = await browser.newContext({ bypassCSP: false, ...options })
    const page = await context.newPage()
    const asked: string[] = []
    const complaints: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    const url = pathToFileURL(join(folder, `${name}.html`)).href
    await page.goto(url)
    return {
      page,
      complaints,
      foreign: () => asked.filter((address) => address !== url && !address.startsWith('data:')),
      close: () => context.close(),
    }
  }

  const unfold = (page: Page) =>
    page.locator('details').evaluateAll((all) => {
      for (const details of all) details.setAttribute('open', '')
    })

  const looks = Object.keys(PAGES).flatMap((name) =>
    [390, 1440].flatMap((width) =>
      (['light', 'dark'] as const).flatMap((colorScheme) =>
        [true, false].map((javaScriptEnabled) => ({ name, width, colorScheme, javaScriptEnabled })),
      ),
    ),
  )

  test.each(looks)(
    '$name fits at $width pixels, $colorScheme, JavaScript $javaScriptEnabled, and asks for nothing',
    async ({ name, width, ...options }) => {
      const { page, complaints, foreign, close } = await open(name, { viewport: { width, height: 900 }, ...options })
      await unfold(page)
      const { scroll, heading, plot } = {
        scroll: await page.locator('html').evaluate((html) => html.scrollWidth),
        heading: await page.locator('h1').isVisible(),
        plot: await page.locator('svg.plot').first().boundingBox(),
      }
      expect(scroll).toBeLessThanOrEqual(width)
      expect(heading).toBe(true)
      expect(plot!.width).toBeGreaterThan(width === 390 ? 280 : 400)
      expect(foreign()).toEqual([])
      expect(complaints).toEqual([])
      await close()
    },
  )

  test.each([
    ['ordinary', 'light'],
    ['ordinary', 'dark'],
    ['a comparison', 'light'],
    ['a comparison', 'dark'],
    ['a history', 'light'],
    ['a history', 'dark'],
    ['runs over each other', 'light'],
    ['runs over each other', 'dark'],
    ['a search', 'light'],
    ['a search', 'dark'],
    ['a search in both modes', 'light'],
    ['a search in both modes', 'dark'],
  ] as const)('has no flaw that axe can find: %s, %s', async (name, colorScheme) => {
    // Only the test's own script needs to get past the page's policy.
    const { page, close } = await open(name, { viewport: { width: 1440, height: 900 }, colorScheme, bypassCSP: true })
    await unfold(page)
    await page.evaluate(AXE)
    const violations = await page.evaluate(async () => {
      const axe = (globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }).axe
      return (await axe.run()).violations.map(
        ({ id, nodes }) =>
          `${id}: ${nodes
            .slice(0, 3)
            .map(({ html }) => html.slice(0, 160))
            .join(' | ')}`,
      )
    })
    expect(violations).toEqual([])
    await close()
  })

  test.each([true, false])(
    'runs nothing that a server or a scenario sent, whether the policy holds or not (bypassed: %s)',
    async (bypassCSP) => {
      const { page, close, foreign } = await open('hostile', { viewport: { width: 1440, height: 900 }, bypassCSP })
      await page.mouse.move(300, 300)
      for (let at = 0; at < 10; at++) await page.keyboard.press('Tab')
      expect(await page.evaluate((name) => (globalThis as unknown as Record<string, unknown>)[name], CANARY)).toBeUndefined()
      expect(await page.locator('script, iframe, object, img, form, base').count()).toBe(0)
      expect(foreign()).toEqual([])
      await close()
    },
  )
})
