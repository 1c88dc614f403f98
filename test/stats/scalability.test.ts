import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keyed, normal } from '../../src/core/random.ts'
import { fitScaling, peakOf, type ScalingPoint, scalingDraws, throughputAt } from '../../src/stats/scalability.ts'

const pointsOf = (loads: readonly number[], throughputs: readonly number[]): ScalingPoint[] =>
  loads.map((load, i) => ({ load, throughput: throughputs[i]! }))

/** SPEC SDM91 on a Sun SPARCcenter 2000, as Gunther (2007) prints it. */
const SDM91 = pointsOf([1, 18, 36, 72, 108, 144, 216], [64.9, 995.9, 1652.4, 1853.2, 1828.9, 1775.0, 1702.2])

describe('the Universal Scalability Law', () => {
  test('fitted to SPEC SDM91 has the parameters that R’s package usl publishes: γ 90.0, α 0.0277, β 0.000104, peak at 96.5', () => {
    const law = fitScaling(SDM91, 'absolute')!
    expect(law.gamma).toBeCloseTo(89.995, 2)
    expect(law.alpha).toBeCloseTo(0.027728, 5)
    expect(law.beta).toBeCloseTo(0.00010437, 7)
    expect(peakOf(law)).toBeCloseTo(96.52, 1)
  })

  test('fitted by plain least squares is what SciPy’s least_squares finds, also where coherency is none', () => {
    const raytracer = pointsOf([1, 4, 8, 12, 16, 20, 24, 28, 32, 48, 64], [20, 78, 130, 170, 190, 200, 210, 230, 260, 280, 310])
    const law = fitScaling(raytracer, 'absolute')!
    expect(law.gamma).toBeCloseTo(21.849, 2)
    expect(law.alpha).toBeCloseTo(0.05777, 4)
    expect(law.beta).toBeLessThan(1e-9)
    expect(peakOf({ ...law, beta: 0 })).toBeUndefined()
  })

  test('is found again from its own points, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.record({
          gamma: fc.double({ min: 0.1, max: 1000, noNaN: true }),
          alpha: fc.double({ min: 0, max: 0.5, noNaN: true }),
          beta: fc.double({ min: 0, max: 0.01, noNaN: true }),
        }),
        (law) => {
          const points = [1, 2, 4, 8, 16, 32, 64].map((load) => ({ load, throughput: throughputAt(law, load) }))
          const found = fitScaling(points)!
          for (const { load, throughput } of points) expect(throughputAt(found, load) / throughput).toBeCloseTo(1, 4)
        },
      ),
    )
  })

  test('one wild point does not bend it', () => {
    const law = { gamma: 10, alpha: 0.02, beta: 0.001 }
    const points = [1, 2, 4, 8, 12, 16, 24, 32, 48].map((load) => ({ load, throughput: throughputAt(law, load) * (load === 12 ? 0.4 : 1) }))
    expect(throughputAt(fitScaling(points)!, 30) / throughputAt(law, 30)).toBeCloseTo(1, 1)
  })

  test('is not fitted to fewer than four loads', () => {
    expect(fitScaling(SDM91.slice(0, 3))).toBeUndefined()
    expect(fitScaling([...SDM91.slice(0, 3), ...SDM91.slice(0, 3)])).toBeUndefined()
  })

  test('the spread of its draws holds the truth about as often as it says', () => {
    const truth = { gamma: 5, alpha: 0.05, beta: 0.0005 }
    const loads = [1, 2, 4, 8, 12, 16, 24, 32, 40, 48]
    let held = 0
    const RUNS = 40
    for (let run = 0; run < RUNS; run++) {
      const random = keyed(run, 'usl')
      const points = loads.map((load) => ({ load, throughput: throughputAt(truth, load) * (1 + 0.03 * normal(random)) }))
      const draws = scalingDraws(points, fitScaling(points)!, random)
      const at = draws.map((law) => throughputAt(law, 20)).sort((a, b) => a - b)
      const [low, high] = [at[Math.floor(0.025 * at.length)]!, at[Math.ceil(0.975 * at.length) - 1]!]
      if (low <= throughputAt(truth, 20) && throughputAt(truth, 20) <= high) held++
    }
    expect(held / RUNS).toBeGreaterThanOrEqual(0.85)
  })
})
