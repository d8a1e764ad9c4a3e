import type { Form } from "./forms.ts";
import { ok, wrong } from "./parsed.ts";

/** Path of a kubeconfig, or several, separated as in the variable `KUBECONFIG`. */
export const kubeconfigPath: Form<string> = {
  expected: "the path of a kubeconfig, or paths separated as in KUBECONFIG",
  parse: (text) => {
    if (isContent(text))
      return wrong("this is the content of a kubeconfig; write it to a file and give its path");
    return /[\r\n]/.test(text) ? wrong("it has a line break") : ok(text);
  },
};

/** Whether somebody gave the file's content (YAML, JSON, base64 of either): credentials, never to be shown. */
export function isContent(text: string): boolean {
  return (
    /^\s*[{[]|^\s*(?:apiVersion|kind|clusters|contexts|users|current-context)\s*:/m.test(text) ||
    /^[A-Za-z0-9+/=\s]{200,}$/.test(text)
  );
}
