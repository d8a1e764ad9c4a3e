import type { LimitRange, LimitRangeItem } from "../../model/limit-range.ts";
import type { PodSpec } from "../../model/pod-spec.ts";
import type { Quantities, Written, WrittenQuantities } from "../../model/resources.ts";
import { ceilDivide, formatQuantity, NANO_PER_MILLI, NANO_PER_UNIT } from "../../quantity.ts";
import { aggregateRequests } from "../requests.ts";
import { type Side, writtenOf, writtenTotals } from "./written.ts";

/** What is held against the limits: a container, or the pod as a whole. */
interface Judged {
  readonly requests: WrittenQuantities;
  readonly limits: WrittenQuantities;
}

/** A limit on one resource. */
interface Limit {
  readonly type: string;
  readonly name: string;
  readonly enforced: Written;
}

/**
 * What a LimitRange refuses of a pod, in the API's words; empty when nothing. The API lists the resources of one
 * item in no certain order, here they are in that of their names.
 * Source: plugin/pkg/admission/limitranger/admission.go (v1.36.3), `PodValidateLimitFunc`.
 */
export function limitViolations(spec: PodSpec, { items }: LimitRange): string {
  const texts = items.flatMap((item) => {
    const judged = judgedBy(item, spec);
    return judged.flatMap((each) => violations(item, each));
  });
  const distinct = [...new Set(texts)];
  return distinct.length > 1 ? `[${distinct.join(", ")}]` : distinct.join("");
}

function judgedBy({ type }: LimitRangeItem, spec: PodSpec): readonly Judged[] {
  if (type === "Pod") return [{ requests: podTotals(spec, "requests"), limits: podTotals(spec, "limits") }];
  if (type !== "Container") return [];
  const apps = spec.containers.filter(({ role }) => role === "app");
  const inits = spec.containers.filter(({ role }) => role !== "app");
  return [...apps, ...inits].map((container) => ({
    requests: writtenOf(spec, container, "requests"),
    limits: writtenOf(spec, container, "limits"),
  }));
}

/** Without overhead, and of the pod's own level only CPU and memory count. */
function podTotals(spec: PodSpec, side: Side): WrittenQuantities {
  const own: Quantities = side === "requests" ? spec.podRequests : spec.podLimits;
  const totals = new Map(aggregateRequests(spec.containers, (container) => container[side]));
  for (const [name, amount] of own) if (name === "cpu" || name === "memory") totals.set(name, amount);
  return writtenTotals(spec, side, totals);
}

function violations(
  { type, min, max, maxLimitRequestRatio }: LimitRangeItem,
  judged: Judged,
): readonly string[] {
  const each = (list: WrittenQuantities, check: (limit: Limit, judged: Judged) => string) =>
    [...list].toSorted(byName).map(([name, enforced]) => check({ type, name, enforced }, judged));
  return [...each(min, belowMin), ...each(max, aboveMax), ...each(maxLimitRequestRatio, aboveRatio)].filter(
    (text) => text !== "",
  );
}

const byName = ([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number =>
  left < right ? -1 : 1;

/** Source: `minConstraint`. */
function belowMin({ type, name, enforced }: Limit, { requests, limits }: Judged): string {
  const [request, limit] = [requests.get(name), limits.get(name)];
  const [asked, allowed, least] = comparable(request, limit, enforced);
  const text = `minimum ${name} usage per ${type} is ${formatQuantity(enforced)}`;
  if (request === undefined) return `${text}.  No request is specified`;
  if (asked < least) return `${text}, but request is ${formatQuantity(request)}`;
  return limit !== undefined && allowed < least ? `${text}, but limit is ${formatQuantity(limit)}` : "";
}

/** Source: `maxConstraint`. */
function aboveMax({ type, name, enforced }: Limit, { requests, limits }: Judged): string {
  const [request, limit] = [requests.get(name), limits.get(name)];
  const [asked, allowed, most] = comparable(request, limit, enforced);
  const text = `maximum ${name} usage per ${type} is ${formatQuantity(enforced)}`;
  if (limit === undefined) return `${text}.  No limit is specified`;
  if (allowed > most) return `${text}, but limit is ${formatQuantity(limit)}`;
  return request !== undefined && asked > most ? `${text}, but request is ${formatQuantity(request)}` : "";
}

/** Source: `limitRequestRatioConstraint`. */
function aboveRatio({ type, name, enforced }: Limit, { requests, limits }: Judged): string {
  const [asked, allowed] = comparable(requests.get(name), limits.get(name), enforced);
  const text = `${name} max limit to request ratio per ${type} is ${formatQuantity(enforced)}`;
  if (asked === 0n) return `${text}, but no request is specified or request is 0`;
  if (allowed === 0n) return `${text}, but no limit is specified or limit is 0`;
  const ratio = Number(allowed) / Number(asked);
  const most = Number(ceilDivide(enforced.amount, NANO_PER_MILLI));
  return ratio * 1000 > most ? `${text}, but provided ratio is ${ratio.toFixed(6)}` : "";
}

/** From here on thousandths do not fit into the numbers of the API server. */
const MAX_MILLI_VALUE = (2n ** 63n - 1n) / 1000n;

/** Amounts at one precision: thousandths, or whole units where these are too many. Source: `requestLimitEnforcedValues`. */
function comparable(
  request: Written | undefined,
  limit: Written | undefined,
  enforced: Written,
): readonly [bigint, bigint, bigint] {
  const amounts = [request, limit, enforced].map((written) => written?.amount ?? 0n);
  const units = amounts.map((amount) => ceilDivide(amount, NANO_PER_UNIT));
  const fits = units.every((amount) => amount <= MAX_MILLI_VALUE);
  const [asked = 0n, allowed = 0n, bound = 0n] = fits
    ? amounts.map((amount) => ceilDivide(amount, NANO_PER_MILLI))
    : units;
  return [asked, allowed, bound];
}
