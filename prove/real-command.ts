import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'

const BINARY = new URL('../bin/flowbench', import.meta.url).pathname

/** What the command said with --json, and how it ended; without an answer where our own machine spoiled it, or it was stopped. */
export interface Answer<Said> {
  readonly code: number | null
  readonly said?: Said
}

/** Runs the real command in a process of its own. */
export function answerOf<Said>(words: readonly string[]): Promise<Answer<Said>> {
  return new Promise((resolve) => {
    const child = spawn(BINARY, [...words, '--quiet', '--json'], { stdio: ['ignore', 'pipe', 'ignore'] })
    let text = ''
    child.stdout.on('data', (piece: Buffer) => {
      text += piece.toString()
    })
    child.on('close', (code) => resolve({ code, ...(text !== '' && { said: JSON.parse(text) as Said }) }))
  })
}

/** Does it with a folder that is gone afterwards. */
export async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'flowbench-real-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What `work` gives for each of `items`, so many of them at once. */
export async function several<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = []
  let next = 0
  const lane = async () => {
    while (next < items.length) {
      const index = next++
      results[index] = await work(items[index]!, index)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return results
}

/** When and on what it was: the end of a sentence. */
export const madeOn = (): string =>
  `on ${new Date().toISOString().slice(0, 10)} on ${availableParallelism()} cores of ${cpus()[0]?.model.trim() ?? 'an unnamed CPU'}, Node ${process.versions.node}`
