import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { kubectl, run } from "../../../src/core/diagnosis/next-step.ts";

describe("kubectl()", () => {
  test("writes plain names as they are", () => {
    expect(kubectl("See it", "shop", "describe", "pod/web-1").command).toBe(
      "kubectl --namespace=shop describe pod/web-1",
    );
  });

  test("lets no namespace become an option or a second command", () => {
    expect(kubectl("See it", "--kubeconfig=x; rm -r /", "get", "pods").command).toBe(
      "kubectl '--namespace=--kubeconfig=x; rm -r /' get pods",
    );
  });
});

describe("run()", () => {
  test("gives a shell exactly the words that it was given", () => {
    const hostile = fc.string({
      unit: fc.constantFrom("'", '"', "$", "`", "\\", " ", ";", "&", "a", "é", "~", "*", "!"),
      minLength: 1,
    });
    fc.assert(
      fc.property(hostile, (word) => {
        const command = run("", "printf", "%s", word).command ?? "";
        expect(execFileSync("/bin/sh", ["-c", command], { encoding: "utf8" })).toBe(word);
      }),
      { numRuns: 60 },
    );
  });

  test("has no line breaks in a command", () => {
    expect(run("", "echo", "a\nb\r\u001b[31m").command).toBe("echo 'ab[31m'");
  });
});
