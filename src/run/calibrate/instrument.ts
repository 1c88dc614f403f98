import type { Calibration, Ceiling, CeilingLevel } from '../../core/calibration.ts'
import type { Mode } from '../../core/sample.ts'
import { milliseconds } from '../../core/units.ts'
import { calibrationCaveats } from '../../judge/calibration/calibration-caveats.ts'
import { readEnvironment } from '../environment.ts'
import { askWitness } from './ask-witness.ts'
import type { Bench } from './bench.ts'
import { climb } from './climb.ts'
import { holdToTruth } from './hold-to-truth.ts'
import type { Lengths } from './phases.ts'

const LENGTHS: Readonly<Record<Calibration['thoroughness'], Lengths>> = {
  whole: { warmUp: milliseconds(200), measured: milliseconds(800) },
  quick: { warmUp: milliseconds(100), measured: milliseconds(300) },
}

export interface InstrumentOptions {
  readonly thoroughness: Calibration['thoroughness']
  readonly watcher: {
    climbed(mode: Mode, level: CeilingLevel): void
    /** What is done now, in a few words. */
    doing(text: string): void
  }
}

/** All that can be found out of the instrument without a target. */
export async function measureInstrument(bench: Bench, { thoroughness, watcher }: InstrumentOptions): Promise<Omit<Calibration, 'noise'>> {
  const lengths = LENGTHS[thoroughness]
  const ceilingOf = (mode: Mode): Promise<Ceiling> => climb(bench, mode, { lengths, told: (level) => watcher.climbed(mode, level) })
  const ceiling = { blocking: await ceilingOf('blocking'), streaming: await ceilingOf('streaming') }
  watcher.doing('Asking a second client: autocannon')
  const witness = await askWitness(bench, { ceiling: ceiling.blocking.perSecond, lengths, thoroughness })
  const truth = await holdToTruth(bench, ceiling, { lengths, told: watcher.doing })
  return {
    schema: 1,
    at: new Date().toISOString(),
    environment: readEnvironment(),
    thoroughness,
    ceiling,
    witness,
    truth,
    caveats: calibrationCaveats({ ceiling, witness, truth }),
  }
}
