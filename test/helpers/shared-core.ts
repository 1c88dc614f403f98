/**
 * The law of a core that carries `capacity` runs at full speed and is shared by more: for each arrival (ascending, in µs) the times that pass
 * until it has had each of `marks` of work; the last one ends it. All runs that are there have had equal work since, so that one clock of work
 * tells of all: it goes at full speed up to the capacity, and at capacity ÷ runs past it.
 */
export function sharedCore(
  arrivals: readonly number[],
  { capacity, marks }: { readonly capacity: number; readonly marks: readonly number[] },
): readonly (readonly number[])[] {
  const whole = marks.at(-1)!
  /** Moments and what the clock of work showed. */
  const course: { at: number; work: number }[] = [{ at: arrivals[0] ?? 0, work: 0 }]
  const began: number[] = []
  let ended = 0
  for (const arrival of [...arrivals, Number.POSITIVE_INFINITY]) {
    for (;;) {
      const { at, work } = course.at(-1)!
      const there = began.length - ended
      if (there === 0) {
        if (arrival !== Number.POSITIVE_INFINITY) course.push({ at: arrival, work })
        break
      }
      const speed = Math.min(1, capacity / there)
      const end = at + (began[ended]! + whole - work) / speed
      if (arrival < end) {
        course.push({ at: arrival, work: work + (arrival - at) * speed })
        break
      }
      course.push({ at: end, work: began[ended]! + whole })
      ended++
    }
    began.push(course.at(-1)!.work)
  }
  const when = (work: number) => {
    const after = course.findIndex((point) => point.work >= work)
    const [from, to] = [course[after - 1]!, course[after]!]
    return to.work === from.work ? to.at : from.at + ((work - from.work) / (to.work - from.work)) * (to.at - from.at)
  }
  return arrivals.map((arrival, at) => marks.map((mark) => when(began[at]! + mark) - arrival))
}
