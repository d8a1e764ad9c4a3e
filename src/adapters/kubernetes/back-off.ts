/** How long to pause after a failure, in milliseconds. */
export interface BackOff {
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

/** The pause after so many failures in a row: twice as long each time, half of it random (from 0 to 1). */
export function backOff(failures: number, { firstPauseMs, longestPauseMs }: BackOff, random: number): number {
  return Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs) * (0.5 + random / 2);
}
