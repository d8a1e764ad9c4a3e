import type { RootContent } from "mdast";
import type { CapacityVerdict, NodeRoom, Taker } from "../../capacity/verdict.ts";
import { readOf, VERDICT_PHRASES } from "../../capacity/words.ts";
import { plural } from "../../plural.ts";
import { details, heading, type Inline, list, paragraph, table } from "../markdown.ts";
import { code, prose, strong, words } from "../prose.ts";
import type { Report } from "../report.ts";
import { toAmount, toBar } from "./amount.ts";
import { isGood, type Section } from "./section.ts";
import { type Room, roomOf, shortOf } from "./short-of.ts";

const MOST_NODES = 20;
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
      if (report.result === "refused" || report.result === "checked") {
        return content.length === 0 ? [] : [heading(3, [words("Room on the nodes")]), ...content];
      }
      const title = `Pre-check: ${VERDICT_PHRASES[verdict.verdict]} (${readOf(verdict)} read)`;
      return content.length === 0 ? [paragraph([words(title)])] : details(title, content);
    },
  };
}

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

function nodeTable({ nodes, read }: CapacityVerdict, share: number): RootContent[] {
  const shown = nodes.slice(0, Math.ceil(MOST_NODES * share));
  if (shown.length === 0) return [];
  const more = read.nodes - shown.length;
  return [
    table(
      ["node", "", "used of allocatable", ">free", ">asked for", ">missing", "a new pod"],
      shown.flatMap(nodeRows),
    ),
    ...(more > 0
      ? [paragraph([words(`And ${more} more of ${read.nodes} ${plural(read.nodes, "node")}.`)])]
      : []),
  ];
}

/** What a node is short of; else CPU and memory, which tell how full it is. */
function nodeRows(node: NodeRoom): Inline[][] {
  const short = shortOf(node);
  const usual = ["cpu", "memory"].filter((name) => node.requested.has(name) || name === "cpu");
  const rooms = short.length > 0 ? short : usual.map((name) => roomOf(node, name));
  const { refusedBy, fits } = node;
  const fate: Inline =
    refusedBy.length === 0 ? [words(`fits, room for ${fits}`)] : [code(refusedBy.join(", "))];
  return rooms.map((room, index) => [
    index === 0 ? [code(node.name)] : [],
    ...amounts(room),
    index === 0 ? fate : [],
  ]);
}

function amounts({ resource, requested, used, allocatable, free, missing }: Room): Inline[] {
  const show = (amount: number): string => toAmount(resource, amount);
  return [
    prose(resource),
    [code(toBar(used, allocatable)), words(` ${unbroken(`${show(used)} of ${show(allocatable)}`)}`)],
    [words(show(free))],
    [words(show(requested))],
    missing > 0 ? [strong(show(missing))] : [],
  ];
}

/** Numbers read badly over two lines. */
const unbroken = (text: string): string => text.replaceAll(" ", "\u00A0");

function takersOf(node: NodeRoom, share: number): RootContent[] {
  const resources = [...new Set([...shortOf(node).map(({ resource }) => resource), "cpu", "memory"])].slice(
    0,
    3,
  );
  const shown = node.takers.slice(0, Math.ceil(MOST_TAKERS * share));
  const row = ({ pod, requests, ours }: Taker): Inline[] => [
    [code(pod), ...(ours ? [words(" (ours)")] : [])],
    ...resources.map((name): Inline => [words(toAmount(name, requests.get(name) ?? 0))]),
  ];
  const header = ["pod", ...resources.map((name) => `>${name}`)];
  return [paragraph([words("On "), code(node.name), words(":")]), table(header, shown.map(row))];
}
