/**
 * Whether version `a` of an object is older than `b`. Versions are whole numbers that only grow; what is none is
 * never older. Source: apimachinery/pkg/util/resourceversion (v0.36.3), `CompareResourceVersion`.
 */
export function isOlder(a: string | undefined, b: string | undefined): boolean {
  return isNumber(a) && isNumber(b) && BigInt(a) < BigInt(b);
}

const isNumber = (version: string | undefined): version is string => /^\d+$/.test(version ?? "");
