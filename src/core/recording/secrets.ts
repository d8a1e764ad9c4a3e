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
  const placeholders = new Map<string, string>();
  const shown = new Set<string>();
  /** What messages may repeat, with what stands for it there. */
  const forms: (readonly [form: string, placeholder: string])[] = [];
  const isShown = (form: string): boolean => [...shown].some((name) => name.includes(form));
  return {
    placeholder: (value) => {
      if (value === "") return value;
      const known = placeholders.get(value);
      if (known !== undefined) return known;
      const placeholder = `(redacted-${placeholders.size + 1})`;
      placeholders.set(value, placeholder);
      for (const form of formsOf(value)) forms.push([form, placeholder]);
      return placeholder;
    },
    show: (name) => {
      shown.add(name);
    },
    without: (text) =>
      forms
        .filter(([form]) => text.includes(form) && !isShown(form))
        .sort(([a], [b]) => b.length - a.length)
        .reduce((rest, [form, placeholder]) => rest.replaceAll(form, () => placeholder), text),
  };
}

/** How a value may be repeated: whole, a line of it, without the flag in front, and quoted as Go and JSON do. */
function formsOf(value: string): readonly string[] {
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  const [, ofFlag] = /^--?[\w.-]+=([\s\S]*)$/.exec(value) ?? [];
  const plain = [value, ...lines, ...(ofFlag === undefined ? [] : [ofFlag])];
  const all = new Set(plain.flatMap((form) => [form, JSON.stringify(form).slice(1, -1)]));
  return [...all].filter((form) => form.length >= SHORTEST && !PLAIN.test(form));
}
