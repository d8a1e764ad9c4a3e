/**
 * Texts of `Warning` headers, each once: `299 - "text"`, several joined by commas.
 * Source: apimachinery/pkg/util/net/http.go (v0.36.3), `ParseWarningHeader`.
 */
export function warningsOf(header: string | readonly string[] | undefined): readonly string[] {
  const whole = typeof header === "string" ? header : (header ?? []).join(", ");
  const texts = whole.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g);
  return [...new Set(Array.from(texts, ([, text = ""]) => text.replaceAll(/\\(.)/g, "$1")))];
}
