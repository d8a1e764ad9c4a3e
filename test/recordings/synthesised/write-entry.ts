import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SYNTHESISED } from "./rows.ts";

/**
 * Writes the synthesised recordings as files, each with its `.meta.json`, for `npm run replay`.
 * Usage: `node test/recordings/synthesised/write-entry.ts FOLDER`
 */
const [folder = "synthesised"] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
for (const { name, events, meta } of SYNTHESISED) {
  writeFileSync(join(folder, `${name}.jsonl`), events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  writeFileSync(join(folder, `${name}.meta.json`), `${JSON.stringify(meta, undefined, 1)}\n`);
}
