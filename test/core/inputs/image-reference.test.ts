import { parseFamiliarName } from "@swimlane/docker-reference";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseImageReference } from "../../../src/core/inputs/image-reference.ts";

const SHA = `sha256:${"a".repeat(64)}`;

describe("parseImageReference()", () => {
  it.each([
    ["nginx", undefined, undefined],
    ["nginx:1.27", "1.27", undefined],
    ["nginx:Release_1.x-rc", "Release_1.x-rc", undefined],
    [`nginx@${SHA}`, undefined, SHA],
    [`europe-docker.pkg.dev/my-project/apps/web:1.4.2@${SHA}`, "1.4.2", SHA],
    ["localhost/web", undefined, undefined],
    ["reg.local:5000/app-a:2", "2", undefined],
    ["reg.local:5000/app-a", undefined, undefined],
    ["Reg.Example.com/app", undefined, undefined],
    ["[::1]:5000/app:2", "2", undefined],
    ["a__b.c---d/e", undefined, undefined],
    [`x@sha512:${"0".repeat(128)}`, undefined, `sha512:${"0".repeat(128)}`],
    [`nginx:${"t".repeat(128)}`, "t".repeat(128), undefined],
  ])("takes %s", (text, tag, digest) => {
    expect(parseImageReference(text)).toEqual({ tag, digest });
  });

  it.each([
    ["", "names no repository"],
    [":1.0", "names no repository"],
    ["nginx:", "nothing follows the colon"],
    ["nginx:bad tag", "contains a space"],
    ["Nginx:1.27", "lower case: nginx"],
    ["MyOrg/app", "lower case: myorg/app"],
    ["reg.local/My/App", "lower case: my/app"],
    ["docker://nginx", "no scheme"],
    ["https://reg.local/app", "no scheme"],
    ["a//b", "between slashes is empty"],
    ["nginx/", "between slashes is empty"],
    ["-nginx", '"-nginx" has to be'],
    ["a..b", '"a..b" has to be'],
    ["a___b", '"a___b" has to be'],
    ["-bad.host/app", '"-bad.host" is not a registry'],
    ["reg.local:port/app", '"reg.local:port" is not a registry'],
    ["nginx:-1", '"-1" is not a tag'],
    [`nginx:${"t".repeat(129)}`, "at most 128"],
    ["nginx@", "begins with sha256:"],
    ["nginx@md5:abc", "begins with sha256:"],
    ["nginx@sha256:abc", "64 hexadecimal digits, not 3"],
    [`nginx@sha256:${"A".repeat(64)}`, "0-9 and a-f only"],
    [`nginx@${SHA}@${SHA}`, "more than one @"],
    ["a".repeat(64), "64 hexadecimal digits are no reference"],
    ["g".repeat(256), "at most 255"],
  ])("refuses %j and says why", (text, why) => {
    expect(parseImageReference(text)).toEqual(expect.stringContaining(why));
  });

  it("needs no time to speak of for a long name that is wrong at its end", () => {
    expect(parseImageReference(`reg.local/${"a-".repeat(100)}!`)).toEqual(
      expect.stringContaining("has to be"),
    );
  });

  // Short names only: the package needs time that grows exponentially with a name that it refuses.
  it("agrees with the official grammar", () => {
    const part = fc.string({ unit: fc.constantFrom(..."ab1._-A"), minLength: 0, maxLength: 4 });
    const host = fc.constantFrom("", "", "localhost/", "r.io/", "r.io:50/", "r.io:x/", "-r.io/");
    const tag = fc.constantFrom("", "", ":1", ":", ":A_b.c-d", ":-", ":a:b");
    const digest = fc.constantFrom("", "", "@", `@${SHA}`, "@sha256:ab", `@md5:${"a".repeat(32)}`);
    const references = fc
      .tuple(host, fc.array(part, { minLength: 1, maxLength: 2 }), tag, digest)
      .map(([h, parts, t, d]) => `${h}${parts.join("/")}${t}${d}`);
    fc.assert(
      fc.property(references, (text) => {
        expect(typeof parseImageReference(text) === "string").toBe(isRefused(text));
      }),
      { numRuns: 2000 },
    );
  });
});

function isRefused(text: string): boolean {
  try {
    parseFamiliarName(text);
    return false;
  } catch {
    return true;
  }
}
