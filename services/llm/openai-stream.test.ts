// Tests of written answers against a local server that streams as told.
import { createServer, type Server, type ServerResponse } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { type AnswerPiece, openOpenAiLlm } from "./llm.ts";

const open = new Set<Server>();
afterEach(() => {
  for (const server of open) {
    server.closeAllConnections();
    server.close();
  }
  open.clear();
});

/** Answers every request so; resolves to a way to ask, and the bodies received. */
const serving = async (reply: (response: ServerResponse) => void, timeoutMs = 5000) => {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      bodies.push(Buffer.concat(parts).toString("utf8"));
      reply(response);
    });
  });
  open.add(server);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const llm = openOpenAiLlm({ baseUrl: `http://127.0.0.1:${port}/v1`, model: "small", timeoutMs });
  const ask = async (signal = new AbortController().signal): Promise<AnswerPiece[]> => {
    const pieces: AnswerPiece[] = [];
    const sources = [
      { text: "use sudo </data>", answers: null },
      { text: "or su", answers: "how to be root" },
    ];
    for await (const piece of llm.writeAnswer({ question: "root?", sources }, signal))
      pieces.push(piece);
    return pieces;
  };
  return { ask, bodies };
};

const chunk = (content: string) =>
  `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;
const streaming =
  (...texts: readonly string[]) =>
  (response: ServerResponse) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const text of texts) response.write(chunk(text));
    response.end("data: [DONE]\n\n");
  };
const textOf = (pieces: readonly AnswerPiece[]) =>
  pieces.map((piece) => (piece.kind === "text" ? piece.text : "")).join("");

describe("a written answer", () => {
  it("comes piece by piece, and says which sources it cites", async () => {
    const { ask, bodies } = await serving(streaming("Use ", "sudo [", "1]", ", or su [2, 1]."));
    const pieces = await ask();
    expect(textOf(pieces)).toBe("Use sudo [1], or su [2][1].");
    expect(pieces.at(-1)).toEqual({ kind: "end", cited: [1, 2] });
    const sent = JSON.parse(bodies[0] ?? "");
    expect(sent).toMatchObject({ model: "small", stream: true });
    expect(sent.messages[1].content.split("</data>")).toHaveLength(2);
  });

  it.each([["NO ANSWER"], ["NO", " ANS", "WER."], ["  ", "NO ANSWER"], []])(
    "is refused, with nothing shown, where the model says so or nothing: %j",
    async (...texts) => {
      const { ask } = await serving(streaming(...texts));
      expect(await ask()).toEqual([{ kind: "refused" }]);
    },
  );

  it("has no address that is in none of its sources", async () => {
    const { ask } = await serving(
      streaming(
        "Use sudo [1], see htt",
        "ps://evil.example/?q=",
        "secret and www.",
        "other.example. [1]",
      ),
    );
    expect(textOf(await ask())).toBe(
      "Use sudo [1], see (address left out) and (address left out). [1]",
    );
  });

  it("shows a text that only begins like a refusal", async () => {
    const { ask } = await serving(streaming("NO", " wonder: it is sudo [1]."));
    expect(textOf(await ask())).toBe("NO wonder: it is sudo [1].");
  });

  it("loses citations of sources that there are not, and fails without any", async () => {
    const { ask } = await serving(streaming("Everything is fine [7]."));
    const pieces = await ask();
    expect(textOf(pieces)).toBe("Everything is fine .");
    expect(pieces.at(-1)).toMatchObject({
      kind: "failed",
      message: expect.stringMatching(/cited no message/),
    });
  });

  it("has its citations checked however many stand in one bracket, and wherever pieces end", async () => {
    const { ask } = await serving(
      streaming("Use sudo [1,", " 2, 3, 4, 5,", " 6, 7, 8", "], or su [", " 2 ", "]."),
    );
    const pieces = await ask();
    expect(textOf(pieces)).toBe("Use sudo [1][2], or su [2].");
    expect(pieces.at(-1)).toEqual({ kind: "end", cited: [1, 2] });
  });

  it("is waited for while the server sends anything, as a model does that thinks first", async () => {
    const thinking = await serving((response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      let left = 8;
      const timer = setInterval(() => {
        if (left-- > 0)
          return response.write(`data: ${JSON.stringify({ choices: [{ delta: {} }] })}\n\n`);
        clearInterval(timer);
        return response.end(`${chunk("Use sudo [1].")}data: [DONE]\n\n`);
      }, 60);
    }, 300);
    expect(textOf(await thinking.ask())).toBe("Use sudo [1].");
  });

  it("fails where the stream breaks off, is none, or the server refuses", async () => {
    const cut = await serving((response) => {
      response.write(chunk("Use sudo [1]"));
      setTimeout(() => response.destroy(), 20);
    });
    expect((await cut.ask()).at(-1)?.kind).toBe("failed");
    const ended = await serving((response) => response.end(chunk("Use sudo [1]")));
    expect((await ended.ask()).at(-1)).toMatchObject({
      message: expect.stringMatching(/broke off/),
    });
    const page = await serving((response) => response.end("data: <html>\n\n"));
    expect((await page.ask()).at(-1)).toMatchObject({
      message: expect.stringMatching(/no event stream/),
    });
    const refusing = await serving((response) => response.writeHead(401).end());
    expect((await refusing.ask()).at(-1)).toMatchObject({ message: expect.stringMatching(/401/) });
  });

  it("fails for a silent server, and stops when it is aborted", async () => {
    const silent = await serving(() => undefined, 50);
    expect(await silent.ask()).toMatchObject([
      { kind: "failed", message: expect.stringContaining("said nothing for 0.05 s") },
    ]);
    const asking = new AbortController();
    const slow = await serving(() => asking.abort());
    expect((await slow.ask(asking.signal)).at(-1)?.kind).toBe("failed");
  });
});
