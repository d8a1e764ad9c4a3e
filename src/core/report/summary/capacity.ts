import type { RootContent } from "mdast";
import type { CapacityVerdict, NodeRoom, Taker } from "../../capacity/verdict.ts";
import { readOf, VERDICT_PHRASES } from "../../capacity/words.ts";
import { plural } from "../../plural.ts";
import { REASONS } from "../../reason.ts";
import { details, heading, type Inline, list, paragraph, table } from "../markdown.ts";
import { code, prose, strong, words } from "../prose.ts";
import type { Report } from "../report.ts";
import { toAmount, toBar } from "./amount.ts";
import { isGood, type Section } from "./section.ts";
import { type Room, roomOf, shortOf } from "./short-of.ts";

const MOST_NODES = 20;
const NODES_IN_VIEW = 5;
const MOST_GAPS = 20;
const MOST_TAKERS = 8;
const NODES_WITH_TAKERS = 3;

/** Room on the nodes, as the pre-check found it: in full view where it explains the result. */
export function capacity(report: Report): Section {
  const { capacity: verdict } = report;
  return {
    name: "room on the nodes",
    worth: 4,
    nodes: (share) => {
      if (verdict === undefined || verdict.verdict === "NO_ROLLOUT") return [];
      const content = [...gaps(verdict), ...nodeTable(verdict, share)];
      if (isAbout(report, verdict)) {
        return content.length === 0 ? [] : [heading(3, [words("Room on the nodes")]), ...content];
      }
      const title = titleOf(report, verdict);
      return content.length === 0 ? [paragraph([words(title)])] : details(title, content);
    },
  };
}

/** Whether the room on the nodes, or what is not known of it, is what the result comes from. */
function isAbout({ result }: Report, { verdict, reasons }: CapacityVerdict): boolean {
  const isStopped = verdict === "WILL_STALL" || verdict === "DEPENDS";
  const [first] = reasons;
  const isOther = isStopped && first !== undefined && !ROOM.has(first.reason);
  return (result === "refused" || result === "checked") && !isOther;
}

const titleOf = ({ result }: Report, verdict: CapacityVerdict): string =>
  result === "refused" || result === "checked"
    ? `Room on the nodes (${readOf(verdict)} read)`
    : `Pre-check: ${VERDICT_PHRASES[verdict.verdict]} (${readOf(verdict)} read)`;

const ROOM: ReadonlySet<string> = new Set(REASONS.ROOM);

/** What takes the room on the nodes that are nearest to fitting. */
export function takers(report: Report): Section {
  const nodes = isGood(report) ? [] : (report.capacity?.nodes ?? []);
  const full = nodes.filter((node) => node.takers.length > 0 && shortOf(node).length > 0);
  return {
    name: "what takes the room",
    worth: 1,
    nodes: (share) => {
      const content = full.slice(0, NODES_WITH_TAKERS).flatMap((node) => takersOf(node, share));
      return content.length === 0 ? [] : details("What takes the room there", content);
    },
  };
}

function gaps({ unknown }: CapacityVerdict): RootContent[] {
  if (unknown.length === 0) return [];
  const items = unknown
    .slice(0, MOST_GAPS)
    .map(({ what, why }) => [paragraph([...prose(what), words(": "), ...prose(why)])]);
  return [paragraph([words("Not known, and so not promised:")]), list("bullets", items)];
}

/** The nearest to fitting in view, the others folded away. */
function nodeTable({ nodes, read }: CapacityVerdict, share: number): RootContent[] {
  const shown = nodes.slice(0, Math.ceil(MOST_NODES * share));
  if (shown.length === 0) return [];
  const [near, far] = [shown.slice(0, NODES_IN_VIEW), shown.slice(NODES_IN_VIEW)];
  const left = read.nodes - shown.length;
  const more =
    left > 0 ? [paragraph([words(`And ${left} more of ${read.nodes} ${plural(read.nodes, "node")}.`)])] : [];
  if (far.length === 0) return [rows(near), ...more];
  return [rows(near), ...details(`${far.length} more ${plural(far.length, "node")}`, [rows(far), ...more])];
}

function rows(nodes: readonly NodeRoom[]): RootContent {
  const isShort = nodes.some((node) => shortOf(node).length > 0);
  const header = ["node", "", "", ">used of allocatable", ">free", ">asked for", ">missing", "a new pod"];
  return table(
    header.filter((name) => isShort || name !== ">missing"),
    nodes.flatMap((node) => nodeRows(node, isShort)),
  );
}

/** What a node is short of; else CPU and memory, which tell how full it is, if that is the question. */
function nodeRows(node: NodeRoom, isShort: boolean): Inline[][] {
  const short = shortOf(node);
  const usual = ["cpu", "memory"].filter((name) => node.requested.has(name) || name === "cpu");
  const { refusedBy, fits } = node;
  const told = refusedBy.length > 0 ? usual.slice(0, 1) : usual;
  const rooms = short.length > 0 ? short : told.map((name) => roomOf(node, name));
  const fate: Inline =
    refusedBy.length === 0 ? [words(unbroken(`fits ${fits} times`))] : [code(refusedBy.join(", "))];
  return rooms.map((room, index) => [
    index === 0 ? [code(node.name)] : [],
    ...amounts(room, isShort),
    index === 0 ? fate : [],
  ]);
}

function amounts(room: Room, isShort: boolean): Inline[] {
  const { resource, requested, used, allocatable, free, missing } = room;
  const show = (amount: number): string => unbroken(toAmount(resource, amount));
  return [
    prose(resource),
    [code(toBar(used, allocatable))],
    [words(unbroken(`${show(used)} of ${show(allocatable)}`))],
    [words(show(free))],
    [words(show(requested))],
    ...(isShort ? [missing > 0 ? [strong(show(missing))] : []] : []),
  ];
}

/** Numbers read badly over two lines. */
const unbroken = (text: string): string => text.replaceAll(" ", "\u00A0");

function takersOf(node: NodeRoom, share: number): RootContent[] {
  // Each pod is one pod.
  const scarce = shortOf(node)
    .map(({ resource }) => resource)
    .filter((resource) => resource !== "pods");
  const resources = [...new Set([...scarce, "cpu", "memory"])].slice(0, 3);
  const shown = node.takers.slice(0, Math.ceil(MOST_TAKERS * share));
  const row = ({ pod, requests, ours }: Taker): Inline[] => [
    [code(pod), ...(ours ? [words(" (ours)")] : [])],
    ...resources.map((name): Inline => [words(toAmount(name, requests.get(name) ?? 0))]),
  ];
  const header = ["pod", ...resources.map((name) => `>${name}`)];
  return [paragraph([words("On "), code(node.name), words(":")]), table(header, shown.map(row))];
}
