import type { Diagnosis } from '../../core/diagnosis.ts'
import type { PhaseSummary } from '../../core/phase-summary.ts'
import { describeDelivery } from './delivery.ts'
import { diagnoseOverload, lighterThan } from './overload.ts'

/** What each measured phase of a run says of the target, held against those of the same mode under less load. */
export function diagnose(
  phases: Readonly<Record<string, PhaseSummary>>,
  { proxied = false }: { readonly proxied?: boolean } = {},
): Readonly<Record<string, Diagnosis>> {
  const measured = Object.entries(phases).filter(([, phase]) => phase.measured)
  const all = measured.map(([, phase]) => phase)
  return Object.fromEntries(
    measured.map(([name, phase]) => {
      const delivery = describeDelivery(phase, { proxied })
      return [name, { overload: diagnoseOverload(phase, lighterThan(phase, all)), ...(delivery && { delivery }) }]
    }),
  )
}
