import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { createWorkbench, readSamples, runFolderIn } from '../helpers/cli.ts'

const bench = createWorkbench()
const disk = join(bench.folder, 'disk')
mkdirSync(disk)
const mounted = mount()
afterAll(() => {
  if (mounted) execFileSync('umount', ['--lazy', disk])
})

/** A disk of 192 kB: room for a run to begin and not for it to go on. False where this user may not mount one. */
function mount(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=192k,mode=0700', 'none', disk], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const TITLE = 'ends in 74 when the disk fills up, stops sending, and what was written can be read'
it.skipIf(!mounted)(mounted ? TITLE : `${TITLE} (SKIPPED: only a user who may mount a small disk can try this)`, async () => {
  const args = ['run', '--simulator', 'steady', '--rate', '100/s', '--for', '20s', '--out', disk]
  const { code, stderr, stdout } = await bench.flowbench(args)
  expect(code, stderr).toBe(74)
  expect(stderr).toMatch(/Results cannot be written to .*ENOSPC/)
  expect(stderr).not.toMatch(/^\s+at /m)
  // The summary is still shown, from what was kept in memory.
  expect(stdout).toMatch(/response time/i)
  const samples = await readSamples(runFolderIn(disk)!)
  expect(samples.filter(({ outcome }) => outcome.kind === 'succeeded').length).toBeGreaterThan(20)
  expect(samples.length).toBeLessThan(2000)
  const report = await bench.flowbench(['report', runFolderIn(disk)!])
  // Derived files find no room either; what was measured is shown all the same, or said to be unwritable.
  expect(report.stderr + report.stdout).not.toMatch(/^\s+at /m)
  expect([0, 4, 74]).toContain(report.code)
})
