import { describe, expect, test } from 'vitest'
import type { Diagnosis, OverloadKind } from '../../../src/core/diagnosis.ts'
import type { Phase, Plan } from '../../../src/core/plan.ts'
import type { Mode } from '../../../src/core/sample.ts'
import { micros } from '../../../src/core/units.ts'
import { diagnose } from '../../../src/judge/overload/diagnose.ts'
import { loadProfile } from '../../../src/simulator/profile.ts'
import type { Profile } from '../../../src/simulator/profile-schema.ts'
import { modelTransport } from '../../helpers/model-transport.ts'
import { closedPhase, ms, planOf } from '../../helpers/samples.ts'
import { OBEY, virtualRun } from '../../helpers/virtual-run.ts'

/** Runs the phases one after the other, each drained before the next, against the simulator's model in virtual time. */
async function diagnosed(
  profile: Profile,
  phases: readonly Phase[],
  over: Partial<Plan> = {},
): Promise<Readonly<Record<string, Diagnosis>>> {
  const plan = planOf({ phases: phases.map((phase) => ({ ...phase, settle: true })), ...over })
  const { measured } = await virtualRun(plan, OBEY, { transport: (clock) => modelTransport(clock, profile) })
  return diagnose(measured.phases)
}

function clients(many: number, mode: Mode, runs: number): Phase {
  const { length: _, ...phase } = closedPhase({ name: `${many}`, mode, from: many, to: many, runs })
  return phase
}
/** One client, then as many as it takes. */
const oneThen = (many: number, mode: Mode) => [clients(1, mode, 20), clients(many, mode, 6 * many)]

const on = (name: string, over: Partial<Profile> = {}): Profile => ({ ...loadProfile(name), ...over })
const slots = (over: Partial<Profile['slots']>): Profile['slots'] => ({ connections: 1000, workers: 1000, api: 1000, ...over })
const QUICK: Profile['close'] = { afterFinished: micros(100_000), afterError: micros(100_000), afterSilence: micros(100_000) }
const core = (worker: number, api = 1000): Profile['cpu'] => ({ worker, api })

describe('each overload planted in the simulator is named, in virtual time', () => {
  test.each<[OverloadKind, string, Mode, number, Profile]>([
    ['connections', 'ten connections that streams hold on to', 'streaming', 40, on('connections')],
    ['workers', 'four worker slots', 'streaming', 16, on('saturating')],
    ['worker-cpu', 'a core of the worker that carries four', 'streaming', 16, on('cpu')],
    ['api-connections', 'four places in the API', 'blocking', 16, on('saturating')],
    ['api-connections', 'ten connections', 'blocking', 40, on('connections')],
    ['api-cpu', 'a core of the API that carries four', 'blocking', 16, on('cpu')],
    ['database-pool', 'a burst on a pool of forty', 'blocking', 64, on('database-pool')],
    ['database-pool', 'a burst on a pool of forty', 'streaming', 64, on('database-pool')],
    ['limit', 'eight blocking runs at once', 'blocking', 16, on('limited')],
  ])('%s: %s, %s', async (kind, _, mode, many, profile) => {
    const found = await diagnosed(profile, oneThen(many, mode))
    expect(found['1']?.overload.kind).toBe('none')
    expect(found[`${many}`]?.overload).toMatchObject({ kind, knob: expect.any(String) })
  })

  test.each<[readonly OverloadKind[], Mode, number, Profile]>([
    [['connections', 'workers'], 'streaming', 64, on('saturating', { slots: slots({ connections: 10, workers: 1 }) })],
    [['workers', 'worker-cpu'], 'streaming', 32, on('cpu', { cpu: core(2), slots: slots({ workers: 4 }) })],
    [['connections', 'worker-cpu'], 'streaming', 40, on('connections', { cpu: core(1), close: QUICK })],
    [['api-connections', 'api-cpu'], 'blocking', 40, on('connections', { cpu: core(1000, 2) })],
  ])('%o planted together: unclear, both named', async (suspects, mode, many, profile) => {
    const found = await diagnosed(profile, oneThen(many, mode))
    expect(found[`${many}`]?.overload).toMatchObject({ kind: 'unclear', suspects })
  })

  test('where the workers get slower, the node that grew most is named', async () => {
    const found = await diagnosed(on('cpu'), oneThen(16, 'streaming'))
    expect(found['16']?.overload).toMatchObject({
      node: { nodeId: 'llm', title: 'Answer' },
      because: expect.stringMatching(/most of it in node “Answer”, from 82 ms to 3\d\d ms/),
    })
  })

  test('where most waited in vain, those who did not are no all-clear', async () => {
    const limits = { ...planOf().limits, firstEvent: ms(400) }
    const found = await diagnosed(on('saturating'), oneThen(32, 'streaming'), { limits })
    expect(found['32']?.overload).toMatchObject({ kind: 'unclear', suspects: [], because: expect.stringContaining('waited in vain') })
  })

  test.each(['streaming', 'blocking'] as const)('a server with room to spare gives none, %s', async (mode) => {
    const found = await diagnosed(on('llm'), [clients(1, mode, 60), clients(4, mode, 60), clients(16, mode, 160)])
    expect(Object.values(found).map(({ overload }) => overload.kind)).toEqual(['none', 'none', 'none'])
  })
})
