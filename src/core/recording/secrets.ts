/** The values that were replaced in one recording, and what they became. */
export interface Secrets {
  /** What stands for a value: the same for the same value, another for another. An empty text stays. */
  placeholder(value: string): string;
  /** A name that may be shown; a value that is part of it is no secret in messages. */
  show(name: string): void;
  /** The text without any value that was replaced. */
  without(text: string): string;
}

/** Shorter texts are no secrets, and would be found all over a message. */
const SHORTEST = 5;

/** Plain words and small numbers: to take them out of a message would leave nothing to read a verdict from. */
const PLAIN = /^(?:[A-Za-z]{1,14}|\d{1,6}|\d+(?:\.\d+)?(?:ms|s|m|h|Mi|Gi|%)?)$/;

/** Begins a recording: no value is known. */
export function createSecrets(): Secrets {
  const numbers = new Map<string, number>();
  const shown = new Set<string>();
  let known: readonly (readonly [text: string, placeholder: string])[] | undefined;
  const numberOf = (value: string): number => {
    const number = numbers.get(value) ?? numbers.size + 1;
    if (!numbers.has(value)) known = undefined;
    numbers.set(value, number);
    return number;
  };
  const isOpen = (text: string): boolean =>
    text.length < SHORTEST || PLAIN.test(text) || [...shown].some((name) => name.includes(text));
  const listed = (): typeof known & object => {
    known ??= [...numbers]
      .flatMap(([value, number]) => formsOf(value).map((form) => [form, `(redacted-${number})`] as const))
      .filter(([form]) => !isOpen(form))
      .sort(([a], [b]) => b.length - a.length);
    return known;
  };
  return {
    placeholder: (value) => (value === "" ? value : `(redacted-${numberOf(value)})`),
    show: (name) => {
      if (!shown.has(name)) known = undefined;
      shown.add(name);
    },
    without: (text) =>
      listed().reduce((rest, [form, placeholder]) => rest.replaceAll(form, () => placeholder), text),
  };
}

/** How a value may be repeated: whole, a line of it, without the flag in front, and quoted as Go and JSON do. */
function formsOf(value: string): readonly string[] {
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  const [, ofFlag] = /^--?[\w.-]+=([\s\S]*)$/.exec(value) ?? [];
  const plain = [value, ...lines, ...(ofFlag === undefined ? [] : [ofFlag])];
  return [...new Set(plain.flatMap((form) => [form, JSON.stringify(form).slice(1, -1)]))];
}
