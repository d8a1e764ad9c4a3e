import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseInputs } from "../../src/core/inputs.ts";
import { ActionError } from "../../src/core/reason.ts";

const ENOUGH = { workload: "deployment/web", image: "registry.example.com/web:1.4.2" };

/** Reads inputs as a user writes them, on top of the two that are required. */
function parsed(inputs: Record<string, string> = {}) {
  return parseInputs(new Map(Object.entries({ ...ENOUGH, ...inputs })));
}

/** The error that these inputs give; empty texts take out the two that are required. */
function refused(inputs: Record<string, string>): Pick<ActionError, "reason" | "message" | "detail"> {
  try {
    parsed(inputs);
  } catch (error) {
    if (error instanceof ActionError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

describe("parseInputs()", () => {
  it("applies every default when only the required inputs are given", () => {
    expect(parsed()).toEqual({
      inputs: {
        where: { kind: "kubeconfig", kubeconfig: undefined, context: undefined },
        namespace: undefined,
        workload: { kind: "Deployment", name: "web" },
        image: { kind: "only", image: "registry.example.com/web:1.4.2" },
        mode: "deploy",
        timeoutMs: 900_000,
        precheck: "enforce",
        readinessPatienceMs: "auto",
        stableForMs: "auto",
        verifyCommand: undefined,
        verifyTimeoutMs: 300_000,
        onFailure: "rollback",
        allowUntrustedEvents: false,
        logLines: "auto",
        eventLimit: 50,
        summary: "always",
        annotate: true,
        record: undefined,
      },
      warnings: [],
    });
  });

  it("reads every input that is given", () => {
    const { inputs, warnings } = parsed({
      kubeconfig: "a.yaml:b.yaml",
      context: "gke_p_l_c",
      namespace: "shop",
      mode: "check",
      timeout: "1h30m",
      precheck: "strict",
      "readiness-patience": "90s",
      "stable-for": "0s",
      "verify-command": "./smoke.sh --url https://x",
      "verify-timeout": "1.5m",
      "on-failure": "leave",
      "allow-untrusted-events": "TRUE",
      "log-lines": "0",
      "event-limit": "5",
      summary: "never",
      annotate: "False",
    });
    expect(inputs).toMatchObject({
      where: { kind: "kubeconfig", kubeconfig: "a.yaml:b.yaml", context: "gke_p_l_c" },
      namespace: "shop",
      mode: "check",
      timeoutMs: 5_400_000,
      precheck: "strict",
      readinessPatienceMs: 90_000,
      stableForMs: 0,
      verifyCommand: "./smoke.sh --url https://x",
      verifyTimeoutMs: 90_000,
      onFailure: "leave",
      allowUntrustedEvents: true,
      logLines: 0,
      eventLimit: 5,
      summary: "never",
      annotate: false,
    });
    expect(warnings).toEqual([]);
  });

  it("takes an empty or blank text for absent", () => {
    expect(parsed({ timeout: "", mode: "  \n", cluster: " ", "no-such-thing": "" })).toEqual(parsed());
  });

  it("names every problem at once", () => {
    const error = refused({ workload: "", image: "Nginx", timeout: "90", precheck: "maybe", lock: "true" });
    expect(error.reason).toBe("InvalidInput");
    expect(error.message).toBe("5 inputs are wrong: lock, workload, image, timeout, precheck");
    expect(error.detail).toEqual([
      'Input "lock" is not supported yet; use a concurrency group in the workflow',
      'Input "workload" is required and not set; expected deployment/NAME, or a bare NAME, for example "deployment/web"',
      'Input "image" is "Nginx" (a repository is lower case: nginx); expected an image reference, or lines CONTAINER=REFERENCE, for example "europe-docker.pkg.dev/my-project/apps/web:1.4.2"',
      'Input "timeout" is "90" (it has no unit); expected a duration with units (h, m, s, ms), above 0s and up to 24h, for example "15m"',
      'Input "precheck" is "maybe"; expected one of enforce, strict, warn, off, for example "strict"',
    ]);
  });

  it("says a single problem in the message alone", () => {
    const error = refused({ image: "" });
    expect(error).toMatchObject({ reason: "InvalidInput", detail: [] });
    expect(error.message).toContain('Input "image" is required and not set');
  });

  it.each([
    ["timeout", "0s", "longer than 0s"],
    ["timeout", "-1s", "negative"],
    ["timeout", "25h", "longer than 24h"],
    ["timeout", "2d", "expected a duration"],
    ["verify-timeout", "soon", "expected a duration"],
    ["stable-for", "-1s", "negative"],
    ["readiness-patience", "0s", "longer than 0s"],
    ["mode", "Deploy", "expected one of deploy, check"],
    ["on-failure", "rollback!", "expected one of rollback, leave"],
    ["annotate", "yes", "expected true or false"],
    ["annotate", "1", "expected true or false"],
    ["log-lines", "-1", "expected auto, or a whole number from 0 to 1000"],
    ["log-lines", "1e2", "expected auto"],
    ["event-limit", "1001", "expected a whole number from 0 to 1000"],
    ["event-limit", "auto", "expected a whole number"],
    ["namespace", "Shop", "lower case"],
    ["namespace", "a.b", "a-z, 0-9 and - only"],
    ["namespace", "a".repeat(64), "at most 63 characters, not 64"],
    ["context", "a\nb", "line break"],
    ["verify-command", 'echo "open', "not closed"],
    ["verify-command", "first\nsecond", 'bash -c "…" runs a shell'],
    ["verify-command", '""', "names no program"],
    ["kubeconfig", "a.yaml\nb.yaml", "line break"],
  ])("refuses %s: %j", (name, value, why) => {
    const error = refused({ [name]: value });
    expect(error.reason).toBe("InvalidInput");
    expect(error.message).toContain(`Input "${name}" is `);
    expect(error.message).toContain(why);
    expect(error.message).toContain("for example ");
  });

  it("refuses to check without a pre-check", () => {
    expect(refused({ mode: "check", precheck: "off" })).toMatchObject({ reason: "InvalidInput" });
    expect(parsed({ mode: "deploy", precheck: "off" }).inputs.precheck).toBe("off");
  });

  it("never repeats what may be a kubeconfig, nor the value of an unknown input", () => {
    const content = "apiVersion: v1\nkind: Config\nusers:\n- user: {token: hunter2}";
    const encoded = Buffer.from(content.repeat(5)).toString("base64");
    for (const value of [content, JSON.stringify({ token: "hunter2" }), encoded]) {
      expect(refused({ kubeconfig: value }).message).toMatch(
        /"kubeconfig" is \(not shown\) \(this is the content/,
      );
    }
    const error = refused({ "kube-config-data": "hunter2", timeout: "x" });
    expect([error.message, ...error.detail].join()).not.toContain("hunter2");
  });

  it("shows a value as one short and harmless line", () => {
    const { message } = refused({ mode: `x\n::error::boo ${"y".repeat(500)}` });
    expect(message).not.toContain("\n");
    expect(message.length).toBeLessThan(300);
  });

  it("never throws anything but an ActionError, whatever the texts", () => {
    const names = ["workload", "image", "timeout", "verify-command", "namespace", "log-lines", "kubeconfig"];
    const inputs = fc.dictionary(fc.constantFrom(...names), fc.string({ unit: "binary", maxLength: 40 }));
    fc.assert(
      fc.property(inputs, (given) => {
        try {
          parsed({ ...given });
        } catch (error) {
          expect(error).toBeInstanceOf(ActionError);
        }
      }),
    );
  });
});

describe("parseInputs() of workload", () => {
  it.each([
    "web",
    "deployment/web",
    "Deployment/web",
    "deployments/web",
    "deploy/web",
    "deployments.apps/web",
    "deployment.v1.apps/web",
  ])("takes %s for the Deployment web", (workload) => {
    expect(parsed({ workload }).inputs.workload).toEqual({ kind: "Deployment", name: "web" });
  });

  it.each([
    ["statefulset/db", "StatefulSet"],
    ["sts/db", "StatefulSet"],
    ["daemonset/agent", "DaemonSet"],
    ["cronjob/report", "CronJob"],
    ["pod/web-0", "Pod"],
  ])("answers UnsupportedWorkload to %s, and says what works", (workload, kind) => {
    expect(refused({ workload })).toMatchObject({
      reason: "UnsupportedWorkload",
      message: `Input "workload" is "${workload}": a ${kind} cannot be rolled out yet; Deployments can, as deployment/NAME, for example "deployment/web"`,
    });
  });

  it("answers InvalidInput when another input is wrong too", () => {
    expect(refused({ workload: "sts/db", timeout: "90" }).reason).toBe("InvalidInput");
  });

  it.each([
    ["shop/web", '"shop" is not a kind of workload'],
    ["deployment/", "begins and ends with a letter or digit"],
    ["deployment/web/x", "begins and ends"],
    ["deployment/Web", "lower case"],
    ["deployment web", "begins and ends"],
    ["web\napi", "one run rolls out one workload"],
    ["w".repeat(254), "at most 253 characters, not 254"],
  ])("refuses %j", (workload, why) => {
    expect(refused({ workload })).toMatchObject({
      reason: "InvalidInput",
      message: expect.stringContaining(why),
    });
  });
});

describe("parseInputs() of image", () => {
  const DIGEST = `sha256:${"a".repeat(64)}`;

  it("reads a line for each container, with blanks around and between", () => {
    const { inputs, warnings } = parsed({
      image: `\n web = registry.example.com/web:1.4.2 \r\n\n  migrate=localhost:5000/migrate@${DIGEST}\n`,
    });
    expect(inputs.image).toEqual({
      kind: "named",
      images: new Map([
        ["web", "registry.example.com/web:1.4.2"],
        ["migrate", `localhost:5000/migrate@${DIGEST}`],
      ]),
    });
    expect(warnings).toEqual([]);
  });

  it.each(["nginx", "nginx:latest", "web=nginx"])("takes %s, and warns that the tag moves", (image) => {
    const { warnings } = parsed({ image });
    expect(warnings).toEqual([expect.stringContaining("that tag moves")]);
  });

  it.each(["nginx:1.27", `nginx@${DIGEST}`, `nginx:latest@${DIGEST}`])("takes %s without a word", (image) => {
    expect(parsed({ image })).toMatchObject({ inputs: { image: { kind: "only", image } }, warnings: [] });
  });

  it.each([
    ["a:1\nb:2", "each line has to name its container"],
    ["web=a:1\nb:2", '"b:2": it names no container'],
    ["web=a:1\nweb=b:2", 'container "web" is named twice'],
    ["Web=a:1", '"Web" is not the name of a container'],
    ["=a:1", "is not the name of a container"],
    ["web=", "it names no repository"],
    ["web=a:1\napi=B:1", '"api=B:1": a repository is lower case: b'],
  ])("refuses %j", (image, why) => {
    expect(refused({ image })).toMatchObject({
      reason: "InvalidInput",
      message: expect.stringContaining(why),
    });
  });
});

describe("parseInputs() of verify-command", () => {
  it.each(["a && b", "a | b", "a > b", "curl $URL", "echo 'x y'", "echo $(date)", "sleep 1 &"])(
    "warns that %s runs without a shell",
    (command) => {
      expect(parsed({ "verify-command": command }).warnings).toEqual([
        expect.stringContaining("is run without a shell"),
      ]);
    },
  );

  it.each(['bash -c "a && b | c $X"', "curl -fsS https://x/?a=1&b=2", 'say "it\'s \\"fine\\""', "env A=1 b"])(
    "takes %s without a word",
    (command) => {
      expect(parsed({ "verify-command": command })).toMatchObject({
        inputs: { verifyCommand: command },
        warnings: [],
      });
    },
  );
});

describe("parseInputs() of unknown names", () => {
  it.each([
    ["cluster_name", "cluster"],
    ["context_name", "context"],
    ["use_dns_based_endpoint", "endpoint: dns"],
    ["project_id", "project-id"],
    ["images", "image"],
    ["container_image", "image"],
    ["container-image", "image"],
    ["kubeconfig_path", "kubeconfig"],
    ["app_name", "workload"],
    ["dry_run", "mode: check"],
    ["time-out", "timeout"],
    ["tiemout", "timeout"],
    ["timeouts", "timeout"],
    ["imge", "image"],
    ["verify_command", "verify-command"],
    ["loglines", "log-lines"],
    ["allowuntrustedevents", "allow-untrusted-events"],
    ["on_cancel", "on-cancel"],
  ])("refuses %s and names %s", (name, meant) => {
    expect(refused({ [name]: "x" })).toMatchObject({
      reason: "InvalidInput",
      message: expect.stringMatching(`^Unknown input "${name}"; did you mean .*"${meant}"`),
    });
  });

  it("says what to do where the right name is not supported yet", () => {
    expect(refused({ on_cancel: "x" }).message).toMatch(
      /^Unknown input "on_cancel"; did you mean "on-cancel"\? It is not supported yet; /,
    );
    expect(refused({ images: "x" }).message).toBe('Unknown input "images"; did you mean "image"?');
  });

  it("refuses a recording that is a folder, or has a line break", () => {
    expect(parsed({ record: "a/web.jsonl" }).inputs.record).toBe("a/web.jsonl");
    expect(refused({ record: "recordings/" }).message).toBe(
      'Input "record" is "recordings/" (it is a folder); expected the path of a new file, for example "recordings/web.jsonl"',
    );
    expect(refused({ record: "a\nb" }).message).toContain("it has a line break");
  });

  it("says of manifests and kubectl-version that there is no such thing", () => {
    expect(refused({ manifests: "x" }).message).toContain("manifests are not applied");
    expect(refused({ "kubectl-version": "x" }).message).toContain("kubectl is not used");
  });

  it.each(["environment", "slack-channel", "times", "im"])("only warns of %s", (name) => {
    expect(parsed({ [name]: "x" })).toEqual({
      inputs: parsed().inputs,
      warnings: [`Unknown input "${name}" is ignored`],
    });
  });

  it.each(["on-insufficient-capacity", "node-pool", "max-extra-nodes", "restore-pool", "on-cancel", "lock"])(
    "says that %s is not supported yet",
    (name) => {
      expect(refused({ [name]: "x" }).message).toContain(`Input "${name}" is not supported yet; `);
    },
  );
});
