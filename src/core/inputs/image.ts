import type { WantedImages } from "../inputs.ts";
import type { Form } from "./forms.ts";
import { parseImageReference } from "./image-reference.ts";
import { notALabel } from "./names.ts";
import { ok, type Parsed, wrong } from "./parsed.ts";

/** One reference for the only container, or a line for each container. */
export const image: Form<WantedImages> = {
  expected: "an image reference, or lines CONTAINER=REFERENCE",
  parse,
};

function parse(text: string): Parsed<WantedImages> {
  const lines = text
    .split(/\r?\n/)
    .map((each) => each.trim())
    .filter((each) => each !== "");
  const [first = ""] = lines;
  if (lines.length === 1 && !first.includes("=")) return only(first);
  if (lines.every((each) => !each.includes("="))) {
    return wrong("with several references each line has to name its container");
  }
  return byContainer(lines);
}

function only(reference: string): Parsed<WantedImages> {
  const parsed = parseImageReference(reference);
  if (typeof parsed === "string") return wrong(parsed);
  return ok({ kind: "only", image: reference }, movingTag(reference, parsed.tag, parsed.digest));
}

function byContainer(lines: readonly string[]): Parsed<WantedImages> {
  const images = new Map<string, string>();
  const faults: string[] = [];
  const warnings: string[] = [];
  for (const each of lines) {
    const [container = "", reference] = each.split(/\s*=\s*(.*)/s);
    const parsed = parseImageReference(reference ?? "");
    const fault = lineFault(container, reference, images) ?? faultOf(parsed);
    if (fault !== undefined) faults.push(`"${each}": ${fault}`);
    if (typeof parsed !== "string") warnings.push(...movingTag(reference ?? "", parsed.tag, parsed.digest));
    images.set(container, reference ?? "");
  }
  return faults.length > 0 ? wrong(faults.join("; ")) : ok({ kind: "named", images }, warnings);
}

function lineFault(
  container: string,
  reference: string | undefined,
  known: ReadonlyMap<string, string>,
): string | undefined {
  if (reference === undefined) return "it names no container";
  const fault = notALabel(container);
  if (fault !== undefined) return `"${container}" is not the name of a container, ${fault}`;
  return known.has(container) ? `container "${container}" is named twice` : undefined;
}

function faultOf(parsed: ReturnType<typeof parseImageReference>): string | undefined {
  return typeof parsed === "string" ? parsed : undefined;
}

/** A tag that is meant to move: nodes may run different images under it, and going back to it may not go back. */
function movingTag(reference: string, tag: string | undefined, digest: string | undefined): string[] {
  if (digest !== undefined || (tag !== undefined && tag !== "latest")) return [];
  const moves = "that tag moves, so pods may run different images and a way back may not lead back";
  return [
    tag === undefined
      ? `Image "${reference}" has no tag and means :latest; ${moves}. Name a version or a digest`
      : `Image "${reference}": ${moves}. Name a version or a digest`,
  ];
}
