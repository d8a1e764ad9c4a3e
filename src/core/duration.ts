/** Prints milliseconds as Go prints durations, to the second above ten seconds: `4.2s`, `42s`, `3m`, `1h2m3s`. */
export function formatDuration(ms: number): string {
  if (ms < 9_950) return `${Math.round(Math.max(0, ms) / 100) / 10}s`;
  const seconds = Math.round(ms / 1000);
  const parts = [
    [Math.floor(seconds / 3600), "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ] as const;
  return parts.flatMap(([count, unit]) => (count > 0 ? [`${count}${unit}`] : [])).join("");
}
