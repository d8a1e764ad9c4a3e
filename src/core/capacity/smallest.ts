/** The smallest number of a range that does; what does then does for all larger ones. */
export function smallest(from: number, to: number, does: (candidate: number) => boolean): number | undefined {
  if (from > to || !does(to)) return undefined;
  let [low, high] = [from, to];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (does(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
