import { appendFile, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { alone } from "./alone.ts";
import type { Played } from "./play.ts";
import { fromJson } from "./record.ts";

/**
 * Keeps scenarios of a batch that was played as unit tests.
 * Usage: `node test/conformance/keep-entry.ts DIRECTORY/batch-36-1.json s7 s12`
 */
const [file = "", ...ids] = process.argv.slice(2);
const [, minor] = /^batch-(\d+)-/.exec(basename(file)) ?? [];
const played = fromJson<Played>(await readFile(file, "utf8"));
for (const id of ids) {
  const line = JSON.stringify(alone(played, id, Number(minor)));
  await appendFile(join(import.meta.dirname, "recorded.jsonl"), `${line}\n`);
}
