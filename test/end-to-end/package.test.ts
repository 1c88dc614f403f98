import { execFileSync } from 'node:child_process'
import { cpSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createWorkbench, PINNED_NODE, ROOT, readRun } from '../helpers/cli.ts'

const bench = createWorkbench()

test('the published package runs from built sources: simulator, both threads and all', async () => {
  const place = join(bench.folder, 'package')
  const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  execFileSync(PINNED_NODE, [compiler, '-p', 'tsconfig.build.json', '--outDir', join(place, 'dist')], { cwd: ROOT })
  // What `files` in package.json names, laid out as an installation lays it out.
  for (const part of ['bin', 'scenarios', 'package.json']) cpSync(join(ROOT, part), join(place, part), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(place, 'node_modules'))

  const command = [PINNED_NODE, join(place, 'bin', 'flowbench')]
  const { code, run, stderr } = await bench.run(['--simulator', 'steady', '--rate', '20/s', '--for', '1s'], { command })

  expect(stderr).not.toContain('bug')
  expect([0, 4]).toContain(code)
  expect(readRun(run ?? '').phases['load']?.outcomes).toEqual({ succeeded: 20 })
})
