import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Recorder } from "../../../src/adapters/recording/recorder.ts";
import { openRecordingFile } from "../../../src/adapters/recording/recording-file.ts";
import { ActionError } from "../../../src/core/reason.ts";
import type { RecordedEvent, RecordingMeta } from "../../../src/core/recording/recording.ts";
import { deployment, event, pod, replicaSet } from "../kubernetes/fake-workload.ts";

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "recorder-"));
  file = join(folder, "web.jsonl");
});
afterEach(() => rm(folder, { recursive: true }));

interface Recording {
  readonly recorder: Recorder;
  readonly warnings: string[];
  /** Sets the clock, in milliseconds. */
  at(ms: number): void;
}

function record(most?: number): Recording {
  let now = 0;
  const warnings: string[] = [];
  const recorder = new Recorder({
    file: openRecordingFile(file, most),
    action: "1.2.3",
    warn: (text) => warnings.push(text),
    now: () => now,
  });
  return {
    recorder,
    warnings,
    at: (ms) => {
      now = ms;
    },
  };
}

const events = async (): Promise<RecordedEvent[]> =>
  (await readFile(file, "utf8"))
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));

const meta = async (): Promise<RecordingMeta> =>
  JSON.parse(await readFile(join(folder, "web.meta.json"), "utf8"));

/** Each line as `t type kind/name`. */
const lines = async (): Promise<string[]> =>
  (await events()).map(({ t, type, object }) => {
    const { name } = object.metadata as { name: string };
    return `${t} ${type} ${object.kind}/${name}`;
  });

const withImage = (image: string, resourceVersion: string) => {
  const object = deployment(resourceVersion);
  const template = { ...object.spec.template, spec: { containers: [{ name: "web", image }] } };
  return { ...object, spec: { ...object.spec, template } };
};

function begun(most?: number): Recording {
  const recording = record(most);
  recording.recorder.listed("Deployment", [deployment()]);
  recording.recorder.listed("ReplicaSet", [replicaSet("web-a")]);
  recording.recorder.listed("Pod", [pod("web-a-1")]);
  recording.at(2_500);
  recording.recorder.begin();
  return recording;
}

describe("Recorder", () => {
  it("writes the state before with times below zero, the change and what follows with times above", async () => {
    const { recorder, at } = begun();
    recorder.wrote(withImage("web:2", "11"));
    at(4_000);
    recorder.told("ADDED", event("e", "web-a-1"));
    expect(await lines()).toEqual([
      "-2.5 ADDED Deployment/web",
      "-2.5 ADDED ReplicaSet/web-a",
      "-2.5 ADDED Pod/web-a-1",
      "0.001 MODIFIED Deployment/web",
      "1.5 ADDED Event/e",
    ]);
  });

  it("writes what changed between lists, and each state once", async () => {
    const { recorder, at } = begun();
    at(3_500);
    recorder.listed("Pod", [pod("web-a-1"), pod("web-a-2")]);
    at(7_500);
    recorder.listed("Pod", [pod("web-a-2", "web-a-uid", "Running", "12")]);
    recorder.listed("Deployment", [deployment()]);
    recorder.told("ADDED", pod("web-a-2", "web-a-uid", "Running", "12"));
    expect((await lines()).slice(3)).toEqual([
      "1 ADDED Pod/web-a-2",
      "5 DELETED Pod/web-a-1",
      "5 MODIFIED Pod/web-a-2",
    ]);
  });

  it("says what the items of a list are", async () => {
    const { recorder } = begun();
    const { kind: _kind, ...item } = pod("web-a-3");
    recorder.listed("Pod", [item]);
    expect((await lines()).at(-1)).toBe("0.001 ADDED Pod/web-a-3");
  });

  it("passes over what belongs to others, and holds what comes before its owner", async () => {
    const { recorder } = begun();
    recorder.told("ADDED", event("early", "web-b-1"));
    recorder.told("ADDED", pod("web-b-1", "web-b-uid"));
    recorder.told("ADDED", event("foreign", "web-admin-1"));
    recorder.told("ADDED", pod("web-admin-1", "web-admin-uid"));
    expect((await lines()).slice(3)).toEqual([]);
    recorder.told("ADDED", replicaSet("web-b"));
    expect((await lines()).slice(3)).toEqual([
      "0.001 ADDED ReplicaSet/web-b",
      "0.001 ADDED Pod/web-b-1",
      "0.001 ADDED Event/early",
    ]);
  });

  it("still holds what comes before its owner when others' events are many", async () => {
    const { recorder } = begun();
    for (let n = 0; n < 10_050; n++) recorder.told("ADDED", event(`foreign-${n}`, `web-admin-${n}`));
    recorder.told("ADDED", event("early", "web-b-1"));
    recorder.told("ADDED", replicaSet("web-b"));
    recorder.told("ADDED", pod("web-b-1", "web-b-uid"));
    expect((await lines()).at(-1)).toBe("0.001 ADDED Event/early");
  });

  it("notes when the template was put back, and no other write", async () => {
    const { recorder, at } = begun();
    recorder.wrote(withImage("web:2", "11"));
    expect((await meta()).rollback).toBeUndefined();
    at(22_500);
    recorder.wrote(withImage("web:1", "15"));
    expect(await meta()).toMatchObject({ rollback: 20, action: "1.2.3", start: "1970-01-01T00:00:02.500Z" });
  });

  it("has what was seen in the file before it is closed, and completes it then", async () => {
    const { recorder, at } = begun();
    expect(await events()).toHaveLength(3);
    at(12_500);
    recorder.close((duration, known) => ({ ...known, duration }));
    expect(await meta()).toMatchObject({ duration: 10, action: "1.2.3" });
  });

  it("writes the state before of a run that changed nothing", async () => {
    const { recorder } = record();
    recorder.listed("Deployment", [deployment()]);
    recorder.close((duration, known) => ({ ...known, duration }));
    expect(await lines()).toEqual(["-0.001 ADDED Deployment/web"]);
  });

  it("stops at its limit with a whole line, says so once, and in what stands beside", async () => {
    const { recorder, warnings, at } = begun(2_000);
    at(4_500);
    for (let n = 2; n < 20; n++) recorder.told("ADDED", pod(`web-a-${n}`));
    expect((await events()).length).toBeLessThan(8);
    expect(warnings).toEqual([expect.stringContaining("64 MiB")]);
    expect((await meta()).stopped).toBe(2);
  });

  it("only warns, once, when something cannot be recorded", async () => {
    const { recorder, warnings } = begun();
    const hostile = { ...pod("web-a-2"), spec: deep(20_000) };
    recorder.told("ADDED", hostile);
    recorder.told("ADDED", pod("web-a-3"));
    recorder.close((_, known) => known);
    expect(warnings).toEqual([expect.stringContaining("the run goes on")]);
    expect(await events()).toHaveLength(3);
  });
});

function deep(levels: number): object {
  let value: object = {};
  for (let n = 0; n < levels; n++) value = { value };
  return value;
}

describe("openRecordingFile()", () => {
  const refusal = (path: string): string => {
    try {
      openRecordingFile(path).close();
    } catch (error) {
      if (error instanceof ActionError && error.reason === "InvalidInput") return error.message;
      throw error;
    }
    throw new Error("it was opened");
  };

  it("makes the folders above, the file and its companion", async () => {
    openRecordingFile(join(folder, "a/b/web.jsonl")).close();
    expect((await readdir(join(folder, "a/b"))).sort()).toEqual(["web.jsonl", "web.meta.json"]);
  });

  it.each<[string, string, () => Promise<unknown>, RegExp]>([
    ["a file that is there", "web.jsonl", () => writeFile(file, "x"), /of that name already/],
    [
      "a companion that is there",
      "web.jsonl",
      () => writeFile(join(folder, "web.meta.json"), "x"),
      /of that name already/,
    ],
    ["a folder", "web.jsonl", () => mkdir(file), /of that name already/],
    [
      "a file as a folder above",
      "x/web.jsonl",
      () => writeFile(join(folder, "x"), ""),
      /part of it is a file|of that name already/,
    ],
    ["a name that is too long", `${"x".repeat(300)}.jsonl`, async () => undefined, /too long/],
  ])("refuses %s, and leaves everything as it was", async (_, name, prepare, why) => {
    await prepare();
    const before = await readdir(folder);
    const path = join(folder, name);
    const message = refusal(path);
    expect(message).toMatch(why);
    expect(message).toMatch(/^Input "record" is ".*expected the path of a new file, for example "/);
    expect(await readdir(folder)).toEqual(before);
  });

  it.skipIf(process.getuid?.() === 0)("refuses a folder that may not be written", async () => {
    await chmod(folder, 0o500);
    expect(refusal(file)).toMatch(/EACCES/);
    await chmod(folder, 0o700);
  });
});
