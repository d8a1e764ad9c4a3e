/** Milliseconds since the Unix epoch. */
export type Instant = number & { readonly brand: "ms since epoch" };

/** Marks a number of milliseconds since the Unix epoch as an `Instant`. */
export const instant = (ms: number): Instant => ms as Instant;
