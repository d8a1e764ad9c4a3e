import type { Form } from "./forms.ts";
import { ok, wrong } from "./parsed.ts";

const LABEL = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?";

/**
 * Says why a text is no DNS-1123 label (namespaces, containers), `undefined` when it is one.
 * Source: staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go (v1.36.3), `IsDNS1123Label`.
 */
export function notALabel(text: string): string | undefined {
  return nameFault(text, { whole: new RegExp(`^${LABEL}$`), longest: 63, letters: "a-z, 0-9 and -" });
}

/**
 * Says why a text is no DNS-1123 subdomain (Deployments), `undefined` when it is one.
 * Source: the same file, `IsDNS1123Subdomain`.
 */
export function notASubdomain(text: string): string | undefined {
  const whole = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);
  return nameFault(text, { whole, longest: 253, letters: "a-z, 0-9, - and ." });
}

/** The name of a namespace. */
export const namespaceName: Form<string> = {
  expected: "the name of a namespace",
  parse: (text) => {
    const fault = notALabel(text);
    return fault === undefined ? ok(text) : wrong(fault);
  },
};

interface NameRule {
  readonly whole: RegExp;
  readonly longest: number;
  readonly letters: string;
}

function nameFault(text: string, rule: NameRule): string | undefined {
  if (text.length > rule.longest) return `a name has at most ${rule.longest} characters, not ${text.length}`;
  if (rule.whole.test(text)) return undefined;
  if (/[A-Z]/.test(text)) return "a name is lower case";
  return `a name has ${rule.letters} only, and begins and ends with a letter or digit`;
}
