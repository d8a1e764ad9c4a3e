import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { bundle } from "../scripts/bundle.ts";

const COMMITTED = resolve(import.meta.dirname, "../dist");

test("dist/ is what the source builds, file by file and byte by byte", async () => {
  const rebuilt = await mkdtemp(join(tmpdir(), "gke-safe-rollout-dist-"));
  try {
    await bundle(rebuilt);
    expect(await contents(rebuilt)).toEqual(await contents(COMMITTED));
  } finally {
    await rm(rebuilt, { recursive: true });
  }
}, 60_000);

async function contents(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), "utf8")] as const)),
  );
}
