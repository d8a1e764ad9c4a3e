import type { Form } from "./forms.ts";
import { ok, wrong } from "./parsed.ts";

/** Path of a recording. Whether it can be written there shows when it is made. */
export const recordingPath: Form<string> = {
  expected: "the path of a new file",
  parse: (text) => {
    if (/[\r\n\0]/.test(text)) return wrong("it has a line break");
    return /[/\\]$/.test(text) ? wrong("it is a folder") : ok(text);
  },
};
