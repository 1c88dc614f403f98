// Runs `npm ci` where node_modules is missing or older than the lock file. Nothing but Node's own modules, so that it works on a bare clone.
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** When `path` (below the root) was last written, in ms; 0 where it does not exist. */
function writtenAt(path) {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0
}

// npm writes this file at the end of each install: its age is the age of the installation.
if (writtenAt('node_modules/.package-lock.json') < writtenAt('package-lock.json')) {
  process.stderr.write('Installing what is missing (npm ci) …\n')
  const install = spawnSync('npm', ['ci', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (install.status !== 0) {
    process.stderr.write('npm ci failed. Look at its message above; a registry that cannot be reached is the usual cause.\n')
    process.exitCode = install.status ?? 1
  }
}
