import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Alone } from "./alone.ts";

const FILE = join(import.meta.dirname, "recorded.jsonl");

/** Scenarios that were really played, one a line: some of every kind, and all that ever disagreed and was put right. */
export async function recorded(): Promise<Alone[]> {
  const lines = (await readFile(FILE, "utf8")).split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Alone);
}
