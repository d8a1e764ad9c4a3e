import type { PodSpec, Template } from "../model/pod-spec.ts";
import type { ResourceQuota } from "../model/quota.ts";
import type { Written, WrittenQuantities } from "../model/resources.ts";
import type { Target } from "../model/workload.ts";
import { formatQuantity } from "../quantity.ts";
import { chargeOf } from "./admission/charge.ts";
import { type Charged, chargedPods } from "./admission/charged-pods.ts";
import { mustSpecify } from "./admission/must-specify.ts";
import { isCharged, isOfPods } from "./admission/quota-scope.ts";
import type { Snapshot } from "./verdict.ts";

/** How many new pods the quotas of the namespace let exist beside old ones, whichever of these are left. */
export interface QuotaRoom {
  /** The new pods that may exist, whichever `left` old pods are left; `Infinity` when no quota counts them. */
  readonly least: (left: number) => number;
  /** The same where those old pods are left that are charged the least. */
  readonly most: (left: number) => number;
  /**
   * What the API says to one new pod too many beside `left` old ones: one text per quota that refuses it, by name.
   * Quotas are evaluated in no certain order, and only the first to refuse speaks. Empty while there is room.
   */
  readonly messages: (left: number) => readonly string[];
  /** The first of them, empty without any. */
  readonly message: (left: number) => string;
}

/** One resource of one quota. */
interface Cap {
  readonly name: string;
  readonly hard: Written;
  readonly used: Written;
  /** For one new pod; more than zero. */
  readonly charge: Written;
  /** What is charged for all but pods of the workload and pods that go. */
  readonly others: bigint;
  /** By how many old pods are left. */
  readonly heldAtMost: (left: number) => bigint;
  readonly heldAtLeast: (left: number) => bigint;
}

interface QuotaCaps {
  readonly quota: ResourceQuota;
  /** Why no new pod is ever admitted, empty where that is not so. */
  readonly unspecified: string;
  readonly caps: readonly Cap[];
}

/**
 * Tells how many new pods can exist at once by every ResourceQuota that counts them, from the sides of its status.
 * Every pod that exists is charged, whether it has a node or not; pods that are being deleted are charged until
 * they are gone, so these count as gone. What others of the namespace are charged stays.
 * Source: apiserver/pkg/admission/plugin/resourcequota/controller.go (v1.36.3), `CheckRequest`.
 */
export function quotaRoomOf(snapshot: Snapshot, target: Target, next: Template): QuotaRoom {
  const pods = chargedPods(snapshot, target, next);
  const quotas = snapshot.quotas
    .filter((quota) => isCharged(quota, snapshot.pod))
    .map((quota) => capsOf(quota, snapshot, pods))
    .toSorted((left, right) => (left.quota.name < right.quota.name ? -1 : 1));
  const present = pods.fresh.length;
  const least = (left: number) => roomBeside(quotas, present, ({ heldAtMost }) => heldAtMost(left));
  const most = (left: number) => roomBeside(quotas, present, ({ heldAtLeast }) => heldAtLeast(left));
  const messages = (left: number) => {
    const prefix = `pods "${pods.generateName}" is forbidden: `;
    return refusals(quotas, left, least(left)).map((tail) => prefix + tail);
  };
  return { least, most, messages, message: (left) => messages(left)[0] ?? "" };
}

function capsOf(quota: ResourceQuota, { pod, minor }: Snapshot, pods: Charged): QuotaCaps {
  const unspecified = mustSpecify([...quota.hard.keys()], pod, minor);
  const charge = chargeOf(pod);
  const caps = [...quota.hard].flatMap(([name, hard]): readonly Cap[] => {
    const own = charge.get(name);
    const used = quota.used.get(name);
    if (own === undefined || own.amount <= 0n || used === undefined || !isOfPods(name)) return [];
    return [{ name, hard, used, charge: own, ...heldOf(quota, name, used.amount, pods) }];
  });
  return { quota, unspecified, caps: caps.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
}

function heldOf(
  quota: ResourceQuota,
  name: string,
  used: bigint,
  pods: Charged,
): Pick<Cap, "others" | "heldAtMost" | "heldAtLeast"> {
  const amount = ({
    spec,
    charge,
  }: {
    readonly spec: PodSpec;
    readonly charge: WrittenQuantities;
  }): bigint => (isCharged(quota, spec) ? (charge.get(name)?.amount ?? 0n) : 0n);
  const groups = pods.old.map((group) => group.map(amount));
  const ours = sum([...groups.flat(), ...[...pods.fresh, ...pods.leaving].map(amount)]);
  const descending = sums(groups.flatMap((group) => group.toSorted((a, b) => (a < b ? 1 : -1))));
  const ascending = sums(groups.flatMap((group) => group.toSorted((a, b) => (a < b ? -1 : 1))));
  const created = descending.length - 1;
  const first = (counted: readonly bigint[], left: number): bigint => counted[Math.min(left, created)] ?? 0n;
  const missing = amount(pods.missing);
  return {
    // The status lags behind pods that were just created.
    others: used > ours ? used - ours : 0n,
    heldAtMost: (left) => first(descending, left) + missing * BigInt(Math.max(0, left - created)),
    heldAtLeast: (left) => first(ascending, left),
  };
}

function roomBeside(quotas: readonly QuotaCaps[], present: number, held: (cap: Cap) => bigint): number {
  const rooms = quotas.flatMap(({ unspecified, caps }) =>
    unspecified === ""
      ? caps.map((cap) => (cap.hard.amount - cap.others - held(cap)) / cap.charge.amount)
      : [0n],
  );
  return Math.max(present, Math.min(...rooms.map(Number)));
}

/** What is said when `present` new pods exist beside `left` old ones and one more is to be created. */
function refusals(quotas: readonly QuotaCaps[], left: number, present: number): readonly string[] {
  const unspecified = quotas.flatMap(({ quota, unspecified }) =>
    unspecified === "" ? [] : [`failed quota: ${quota.name}: ${unspecified}`],
  );
  // Whether all is specified is asked of every quota before any is counted.
  if (unspecified.length > 0 || present === Number.POSITIVE_INFINITY) return unspecified;
  return quotas.flatMap(({ quota, caps }) => exceeded(quota, caps, left, BigInt(present)));
}

function exceeded(
  quota: ResourceQuota,
  caps: readonly Cap[],
  left: number,
  present: bigint,
): readonly string[] {
  const over = caps
    .map((cap) => ({ ...cap, now: cap.others + cap.heldAtMost(left) + present * cap.charge.amount }))
    .filter(({ now, charge, hard }) => now + charge.amount > hard.amount);
  if (over.length === 0) return [];
  const list = (of: (cap: (typeof over)[number]) => Written) =>
    over.map((cap) => `${cap.name}=${formatQuantity(of(cap))}`).join(",");
  const used = list(({ now, used, charge }) => ({
    amount: now as Written["amount"],
    format: used.amount === 0n ? charge.format : used.format,
  }));
  const [requested, limited] = [list(({ charge }) => charge), list(({ hard }) => hard)];
  return [`exceeded quota: ${quota.name}, requested: ${requested}, used: ${used}, limited: ${limited}`];
}

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

/** Of the first none, the first one, and so on up to all: asked at every step of every rollout that is tried. */
function sums(amounts: readonly bigint[]): readonly bigint[] {
  const totals = [0n];
  let total = 0n;
  for (const amount of amounts) {
    total += amount;
    totals.push(total);
  }
  return totals;
}
