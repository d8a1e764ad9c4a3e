/** What became of one input's text. `warnings` say what is allowed and still worth a word. */
export type Parsed<T> =
  | { readonly kind: "ok"; readonly value: T; readonly warnings: readonly string[] }
  /** `why` says what is wrong with this very text; empty when the expected form says it all. */
  | { readonly kind: "wrong"; readonly why: string }
  /** Rightly written, but nothing that this action can do. `instead` says what it can. */
  | { readonly kind: "unsupported"; readonly instead: string };

/** Accepts a value. */
export function ok<T>(value: T, warnings: readonly string[] = []): Parsed<T> {
  return { kind: "ok", value, warnings };
}

/** Refuses a text. */
export function wrong(why = ""): Parsed<never> {
  return { kind: "wrong", why };
}
