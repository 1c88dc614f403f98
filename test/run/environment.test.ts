import { describe, expect, test } from 'vitest'
import { readEnvironment } from '../../src/run/environment.ts'

describe('what is known of machine and software', () => {
  test('has versions, and nothing that names a place or a secret', () => {
    const environment = readEnvironment({ PATH: '/somewhere/bin', HOME: '/home/someone', DIFY_API_KEY: 'app-very-secret' })
    expect(environment).toMatchObject({
      flowbench: expect.stringMatching(/^\d+\.\d+\.\d+/),
      node: process.versions.node,
      cores: expect.any(Number),
      libraries: {
        undici: expect.stringMatching(/^8\./),
        'eventsource-parser': expect.stringMatching(/^4\./),
        'hdr-histogram-js': expect.stringMatching(/^3\./),
      },
    })
    expect(environment.memoryBytes).toBeGreaterThan(1e8)
    expect('ci' in environment || 'commit' in environment).toBe(false)
    const text = JSON.stringify(environment)
    for (const hidden of ['somewhere', 'someone', 'very-secret', import.meta.dirname]) expect(text).not.toContain(hidden)
  })

  test.each([
    [{ GITHUB_ACTIONS: 'true', CI: 'true' }, 'GITHUB_ACTIONS'],
    [{ CI: '1' }, 'CI'],
    [{ CI: 'false' }, undefined],
    [{ CI: '0' }, undefined],
  ])('CI is told by %j', (env, expected) => {
    expect(readEnvironment(env).ci).toBe(expected)
  })

  test('a commit is taken only where it looks like one', () => {
    expect(readEnvironment({ GITHUB_SHA: 'not a commit', CI_COMMIT_SHA: 'abcdef0123' }).commit).toBe('abcdef0123')
    expect(readEnvironment({ GIT_COMMIT: 'app-secret' }).commit).toBeUndefined()
  })
})
