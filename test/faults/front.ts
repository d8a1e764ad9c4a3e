import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { type Certificate, makeAuthority } from "./certificates.ts";
import { Entrance, type EntranceOptions } from "./entrance.ts";
import { type Answer, type Asked, expired, type Fault, type Line, type Match, matches } from "./fault.ts";
import { type Decide, type Rule, Rules } from "./rules.ts";

/** Answers what is asked: a service of its own, or another server's answer (`forward.ts`). */
export type Serve = (asked: Asked) => Answer | Promise<Answer>;

/** What a front is made of. */
export interface FrontOptions extends Omit<EntranceOptions, "stranger"> {
  readonly serve: Serve;
}

let stranger: Promise<Certificate> | undefined;

/** Opens a front on a free port of loopback. */
export async function openFront(options: FrontOptions): Promise<Front> {
  stranger ??= makeAuthority("a stranger").then((authority) => authority.issue("127.0.0.1", "localhost"));
  const front = new Front({ ...options, stranger: await stranger });
  await front.entrance.listen();
  return front;
}

/**
 * The face of a server, on loopback, in which everything can go wrong that goes wrong on the way to one: to a
 * request (`fault`), or to connections (`setLine`). It knows what was asked, and what of it got through.
 */
export class Front implements AsyncDisposable {
  /** Every request, also one that met a fault, in the order of arrival. */
  readonly asked: Asked[] = [];
  /** The requests that the server behind really got. */
  readonly arrived: Asked[] = [];
  /** The way in, for a proxy that brings connections. */
  readonly entrance: Entrance;
  readonly #serve: Serve;
  readonly #scheme: "http" | "https";
  readonly #http: Server;
  readonly #rules = new Rules();
  /** The answers that are under way. */
  readonly #answers = new Map<Asked, ServerResponse>();
  readonly #listeners = new Set<(asked: Asked) => void>();

  /** Use `openFront`. */
  constructor(options: FrontOptions & EntranceOptions) {
    this.#serve = options.serve;
    this.#scheme = options.certificate ? "https" : "http";
    this.#http = createServer((request, response) => void this.#meet(request, response));
    this.#http.keepAliveTimeout = 0;
    this.entrance = new Entrance(options, (socket) => this.#http.emit("connection", socket));
  }

  /** `https://127.0.0.1:PORT`, or http. */
  get url(): string {
    return `${this.#scheme}://${this.entrance.address}`;
  }

  /** What becomes of connections. */
  get line(): Line {
    return this.entrance.line;
  }

  /** Switches what becomes of connections, those that are there included. The port stays the same. */
  setLine(line: Line): Promise<void> {
    return this.entrance.setLine(line);
  }

  /**
   * Lets a fault happen to the next `times` requests that match. A later fault goes before an earlier one. A
   * function decides for each; `undefined` lets the request on to the next fault, and is not counted.
   */
  fault(match: Match, fault: Fault | Decide, times = Number.POSITIVE_INFINITY): Rule {
    return this.#rules.add(match, fault, times);
  }

  /** How many matching requests have reached the server behind. */
  count(match: Match = {}): number {
    return this.arrived.filter((asked) => matches(match, asked)).length;
  }

  /** The next matching request, before anything becomes of it. */
  next(match: Match = {}): Promise<Asked> {
    return new Promise((resolve) => {
      const listen = (asked: Asked) => {
        if (!matches(match, asked)) return;
        this.#listeners.delete(listen);
        resolve(asked);
      };
      this.#listeners.add(listen);
    });
  }

  /** Resets the connections on which a matching request is being answered right now. Answers with how many. */
  cut(match: Match = {}): number {
    const met = this.#underWay(match);
    for (const response of met) this.#reset(response);
    return met.length;
  }

  /** Ends the watches that are open with a 410: the API server has forgotten what they would resume from. */
  expireWatches(): number {
    const met = this.#underWay({ watch: true });
    for (const response of met) response.end(expired);
    return met.length;
  }

  /** No faults, an open line, and empty lists. */
  async reset(): Promise<void> {
    this.#rules.clear();
    for (const list of [this.asked, this.arrived]) list.length = 0;
    await this.setLine("open");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.entrance.close();
  }

  #underWay(match: Match): ServerResponse[] {
    return [...this.#answers].filter(([asked]) => matches(match, asked)).map(([, response]) => response);
  }

  async #meet(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const asked = await readRequest(request);
      this.asked.push(asked);
      for (const listen of this.#listeners) listen(asked);
      await this.entrance.audible;
      // Whoever gave up in the silence asked nothing.
      if (response.destroyed) return;
      this.#answers.set(asked, response);
      response.once("close", () => this.#answers.delete(asked));
      await this.#answer(asked, response, this.#rules.meet(asked));
    } catch (error) {
      if (response.headersSent) this.#reset(response);
      else response.writeHead(502).end(`behind this front: ${error}`);
    }
  }

  async #answer(asked: Asked, response: ServerResponse, fault: Fault | undefined): Promise<void> {
    if (fault?.kind === "answer") return this.#write(asked, response, fault);
    if (fault?.kind === "delay") await sleep(fault.ms);
    const isLost = fault?.kind === "reset" || fault?.kind === "silence";
    if (isLost && fault.when === "before") return this.#lose(response, fault.kind);
    this.arrived.push(asked);
    const answer = await this.#serve(asked);
    if (!isLost) return this.#write(asked, response, answer, fault);
    if (typeof answer.body === "object") answer.body.resume();
    this.#lose(response, fault.kind);
  }

  async #write(asked: Asked, response: ServerResponse, answer: Answer, fault?: Fault): Promise<void> {
    await this.entrance.audible;
    asked.status = answer.status;
    response.writeHead(answer.status, answer.headers);
    if (typeof answer.body !== "object") {
      response.end(answer.body);
      return;
    }
    response.flushHeaders();
    let isSilent = false;
    const hush = () => {
      isSilent = true;
    };
    if (fault?.kind === "cut") {
      setTimeout(() => (fault.by === "reset" ? this.#reset(response) : hush()), fault.afterMs);
    }
    await pipeline(
      answer.body,
      (chunks: Readable) => held(chunks, () => (isSilent ? FOREVER : this.entrance.audible)),
      response,
    );
  }

  #lose(response: ServerResponse, how: "reset" | "silence"): void {
    if (how === "reset") this.#reset(response);
  }

  #reset({ socket }: ServerResponse): void {
    if (socket) this.entrance.reset(socket as Socket);
  }
}

const FOREVER = new Promise<void>(() => undefined);

async function* held(chunks: Readable, until: () => Promise<void>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    await until();
    yield chunk;
  }
}

async function readRequest(request: IncomingMessage): Promise<Asked> {
  const { pathname, searchParams } = new URL(`http://front${request.url}`);
  return {
    method: request.method ?? "",
    path: pathname,
    query: searchParams,
    headers: request.headers,
    body: await text(request),
    at: Date.now(),
  };
}
