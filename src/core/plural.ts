/** The word as it follows the number: `1 node`, `2 nodes`. */
export const plural = (count: number, word: string): string => (count === 1 ? word : `${word}s`);
