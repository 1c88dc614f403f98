import type { Micros } from '../core/units.ts'

/** What a model's node says of its tokens. Prices are texts, seconds floats. */
export interface Usage {
  readonly total_tokens: number
  readonly total_price: string
  readonly currency: string
  readonly [field: string]: unknown
}

const MICRO_PRICE = { prompt: 0.5, completion: 1.5 } as const

/** `first`: to the first piece of text; `all`: to the last. */
export function usageOf(prompt: number, completion: number, times: { readonly first: Micros; readonly all: Micros }): Usage {
  const price = (micro: number) => String(Number((micro / 1e6).toFixed(7)))
  return {
    prompt_tokens: prompt,
    prompt_unit_price: '0.50',
    prompt_price_unit: '0.000001',
    prompt_price: price(prompt * MICRO_PRICE.prompt),
    completion_tokens: completion,
    completion_unit_price: '1.50',
    completion_price_unit: '0.000001',
    completion_price: price(completion * MICRO_PRICE.completion),
    total_tokens: prompt + completion,
    total_price: price(prompt * MICRO_PRICE.prompt + completion * MICRO_PRICE.completion),
    currency: 'USD',
    latency: seconds(times.all),
    time_to_first_token: seconds(times.first),
    time_to_generate: seconds(times.all - times.first),
  }
}

const seconds = (time: number) => Math.round(time / 1e3) / 1e3
const TIMES = ['latency', 'time_to_first_token', 'time_to_generate'] as const

/** The same tokens on a core that other runs slowed down: a real server takes these times in its worker. */
export function stretchedUsage(usage: Usage, factor: number): Usage {
  if (Math.abs(factor - 1) < 1e-3) return usage
  return { ...usage, ...Object.fromEntries(TIMES.map((name) => [name, seconds(Number(usage[name]) * factor * 1e6)])) }
}

/** A run's outputs, the usages among them stretched. */
export function stretchedOutputs(
  outputs: Readonly<Record<string, unknown>>,
  { usages, factor }: { readonly usages: readonly Usage[]; readonly factor: number },
): Readonly<Record<string, unknown>> {
  if (usages.length === 0) return outputs
  const stretch = (value: unknown) => {
    const usage = usages.find((one) => one === value)
    return usage ? stretchedUsage(usage, factor) : value
  }
  return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, stretch(value)]))
}
