/** The smallest of any number of numbers; a call with each as an argument fails from some 120,000 on, the seconds of a day and a half. +∞ of none. */
export const smallest = (values: readonly number[]): number =>
  values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)

/** The largest of any number of numbers; −∞ of none. */
export const largest = (values: readonly number[]): number =>
  values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
