import { join } from "node:path";
import { verifier } from "../../../src/adapters/verify/verifier.ts";

/** Stands for the action while it verifies: runs the command that it is given and prints what comes. */
const [, , command = ""] = process.argv;
const log = {
  info: (text: string) => console.log(text),
  warning: (text: string) => console.log(text),
  group: <T>(_title: string, work: () => Promise<T>) => work(),
};
const entry = join(import.meta.dirname, "supervisor-entry.ts");
await verifier({ entry, env: process.env, log }).run(command, 600_000, new AbortController().signal);
