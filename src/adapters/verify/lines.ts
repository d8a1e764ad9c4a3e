import { StringDecoder } from "node:string_decoder";

/** Longest line, in characters; a longer one goes on as the next, so that endless output cannot fill the memory. */
const LONGEST = 4096;

/** Cuts a stream of UTF-8 into lines, the last one also when nothing ends it. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + decoder.write(chunk)).split(/\r?\n/);
    rest = lines.pop() ?? "";
    for (const line of lines) yield* pieces(line);
    while (rest.length > LONGEST) {
      yield rest.slice(0, LONGEST);
      rest = rest.slice(LONGEST);
    }
  }
  rest += decoder.end();
  if (rest !== "") yield* pieces(rest);
}

function* pieces(line: string): Generator<string> {
  for (let at = 0; at === 0 || at < line.length; at += LONGEST) yield line.slice(at, at + LONGEST);
}
