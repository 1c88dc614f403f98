import { readFileSync } from 'node:fs'
import { arch, cpus, platform, release, totalmem } from 'node:os'
import type { Environment } from '../core/record.ts'

const MEASURING_LIBRARIES = ['undici', 'eventsource-parser', 'hdr-histogram-js']
const CI_SYSTEMS = ['GITHUB_ACTIONS', 'GITLAB_CI', 'JENKINS_URL', 'BUILDKITE', 'TF_BUILD', 'CI']
const COMMITS = ['GITHUB_SHA', 'CI_COMMIT_SHA', 'GIT_COMMIT', 'BUILDKITE_COMMIT']

const BRANCHES = ['GITHUB_HEAD_REF', 'GITHUB_REF_NAME', 'CI_COMMIT_REF_NAME', 'BUILDKITE_BRANCH', 'GIT_BRANCH', 'BRANCH_NAME']

/** Machine and software of this process. Nothing in it is secret, and no path. */
export function readEnvironment(env: NodeJS.ProcessEnv = process.env): Environment {
  const ci = CI_SYSTEMS.find((name) => env[name] !== undefined && env[name] !== 'false' && env[name] !== '0')
  const commit = commitOf(env)
  return {
    flowbench: version(new URL('../../package.json', import.meta.url)),
    node: process.versions.node,
    platform: `${platform()} ${release()} ${arch()}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    libraries: Object.fromEntries(
      MEASURING_LIBRARIES.map((name) => [name, version(new URL(`../../node_modules/${name}/package.json`, import.meta.url))]),
    ),
    ...(ci !== undefined && { ci }),
    ...(commit !== undefined && { commit }),
  }
}

/** The commit that a CI system says it works on. */
export const commitOf = (env: NodeJS.ProcessEnv): string | undefined =>
  COMMITS.map((name) => env[name]).find((value) => value !== undefined && /^[0-9a-f]{7,64}$/i.test(value))

/** The branch that a CI system says it works on; of a pull request the one that is to be merged. */
export const branchOf = (env: NodeJS.ProcessEnv): string | undefined =>
  BRANCHES.map((name) => env[name]).find((value) => value !== undefined && value !== '')

function version(packageFile: URL): string {
  try {
    return (JSON.parse(readFileSync(packageFile, 'utf8')) as { version?: string }).version ?? 'unknown'
  } catch {
    // An installed package keeps its dependencies elsewhere; a missing version is no reason to stop.
    return 'unknown'
  }
}
