import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { isPrivateRepository, readEvent } from "../../../src/adapters/github/event.ts";
import { readRawInputs } from "../../../src/adapters/github/raw-inputs.ts";
import { runOf } from "../../../src/adapters/github/run.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "gke-safe-rollout-"));
afterAll(() => rmSync(FOLDER, { recursive: true }));

/** The environment of a run whose event file has this text. */
function eventFile(text: string) {
  const file = join(mkdtempSync(join(FOLDER, "-")), "event.json");
  writeFileSync(file, text);
  return { GITHUB_EVENT_PATH: file };
}

describe("readRawInputs()", () => {
  it("takes every INPUT_ variable by its lower-case name, dashes and underscores as they are", () => {
    const env = { "INPUT_VERIFY-COMMAND": "./x", INPUT_CLUSTER_NAME: "c", INPUT_IMAGE: "", PATH: "/bin" };
    expect(readRawInputs(env)).toEqual(
      new Map([
        ["verify-command", "./x"],
        ["cluster_name", "c"],
        ["image", ""],
      ]),
    );
  });

  it("takes nothing else", () => {
    expect(readRawInputs({ INPUT_: "x", MY_INPUT_IMAGE: "x", INPUT_X: undefined })).toEqual(new Map());
  });
});

describe("runOf()", () => {
  const env = {
    GITHUB_SERVER_URL: "https://ghe.example.com",
    GITHUB_REPOSITORY: "acme/shop",
    GITHUB_RUN_ID: "42",
    GITHUB_RUN_NUMBER: "7",
    GITHUB_RUN_ATTEMPT: "1",
    GITHUB_SHA: "abc",
    GITHUB_ACTOR: "mona",
  };

  it("links the run on its own server", () => {
    const url = "https://ghe.example.com/acme/shop/actions/runs/42";
    expect(runOf(env)).toEqual({ url, number: "7", sha: "abc", actor: "mona" });
  });

  it("links the attempt of a re-run", () => {
    expect(runOf({ ...env, GITHUB_RUN_ATTEMPT: "3" }).url).toBe(
      "https://ghe.example.com/acme/shop/actions/runs/42/attempts/3",
    );
  });

  it("is empty outside GitHub", () => {
    expect(runOf({})).toEqual({ url: "", number: "", sha: "", actor: "" });
  });
});

describe("readEvent()", () => {
  it("reads the payload", () => {
    expect(readEvent(eventFile('{"action":"opened"}'))).toEqual({ action: "opened" });
  });

  it("is undefined for a file that is no JSON, that is not there, or that is not named", () => {
    expect(readEvent(eventFile("{"))).toBeUndefined();
    expect(readEvent({ GITHUB_EVENT_PATH: join(tmpdir(), "no-such-file") })).toBeUndefined();
    expect(readEvent({})).toBeUndefined();
  });
});

describe("isPrivateRepository()", () => {
  it("believes the event", () => {
    expect(isPrivateRepository(eventFile('{"repository":{"private":true}}'))).toBe(true);
    expect(isPrivateRepository(eventFile('{"repository":{"private":false}}'))).toBe(false);
  });

  it.each(["{}", "null", "[]", '{"repository":null}', '{"repository":{"private":"true"}}', "{"])(
    "is false where the event does not say it: %s",
    (text) => {
      expect(isPrivateRepository(eventFile(text))).toBe(false);
    },
  );
});
