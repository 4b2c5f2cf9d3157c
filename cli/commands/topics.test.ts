// Tests of topics and trends on the command line: listing, changes by hand, and undoing them, against a running server with an analysis.
import { execFile } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningServer, startServer } from "#services/api/server.ts";
import { savedEdit, type Topic, topicList } from "#services/contract/analysis.ts";
import { figureList, selectedMessages } from "#services/contract/figures.ts";
import { type AnalysedApi, openAnalysedApi } from "#services/views/analysed.builders.ts";
import { program } from "../program.builders.ts";

let api: AnalysedApi;
let server: RunningServer;

beforeAll(async () => {
  api = await openAnalysedApi();
  server = await startServer(api.instance);
});
afterAll(async () => {
  await server.stop();
  await api.close();
});

const parlance = (...args: string[]) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const env = { ...process.env, PARLANCE_URL: server.url };
    const child = execFile(process.execPath, [program, ...args], { env }, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });
const topics = (...args: string[]) => parlance("topics", ...args);

const largest = async (): Promise<readonly [Topic, Topic]> => {
  const { out } = await topics("--json");
  const leaves = topicList.parse(JSON.parse(out)).topics.filter(({ leaf }) => leaf);
  const [a, b] = leaves.toSorted((x, y) => y.messages - x.messages);
  if (!a || !b) throw new Error("there are too few topics");
  return [a, b];
};

const idsIn = async (topic: Topic): Promise<readonly string[]> => {
  const { out } = await topics("--topic", topic.id, "--messages", "--limit", "200", "--json");
  return selectedMessages.parse(JSON.parse(out)).messages.map(({ chunk }) => chunk ?? "");
};

describe("parlance topics", () => {
  it("moves messages by their ids as they are listed, and undoes the last change", async () => {
    const [from, to] = await largest();
    const listed = await topics("--topic", from.title, "--messages", "--limit", "2");
    const ids = listed.out.match(/chk_\w+/gu) ?? [];
    expect(ids).toHaveLength(2);
    const moved = await topics("--move", ids.join(","), "--into", to.title);
    expect(moved.out).toBe(`Messages were moved to “${to.title}”. The next analysis applies it.\n`);
    await api.settled();
    expect(await idsIn(to)).toEqual(expect.arrayContaining(ids));
    const { out } = await topics("--changes");
    expect(out).toMatch(/edt_\w+ +\S+ \S+ +in effect +Messages were moved/u);
    expect((await topics("--undo", "last")).out).toContain("Undone: Messages were moved to");
    await api.settled();
    expect(await idsIn(from)).toEqual(expect.arrayContaining(ids));
    const nothing = await topics("--undo", "last");
    expect([nothing.code, nothing.err]).toEqual([
      1,
      expect.stringContaining("no topic was changed by hand"),
    ]);
  });

  it("moves a whole conversation, also to no topic, and undoes a change by its id", async () => {
    const [from] = await largest();
    const [first] = await api.messages({ topics: [from.id] });
    const { out } = await topics("--move", first?.conversation ?? "", "--into", "none", "--json");
    const saved = savedEdit.parse(JSON.parse(out));
    expect(saved.edit).toMatchObject({ kind: "move", to: null });
    await topics("--rename", `${from.id}=What else`);
    expect((await topics("--undo", saved.id)).out).toContain("Undone: Messages were removed");
    expect((await topics("--changes")).out).toContain("is called “What else”");
    await topics("--undo", "last");
    await api.settled();
  });

  it.each([
    ["--move chk_1", "--move needs --into."],
    ["--move upl_1 --into none", "--move upl_1 is not the id of a message"],
    ["--into none", "Say --merge or --move too."],
    ["--hide a --show b", "--hide and --show cannot be used together."],
    ["--history --undo last", "--history and --undo cannot be used together."],
    ["--update --refit", "--update and --refit cannot be used together."],
    ["--messages", "Say --topic too."],
    ["--split oven=many", "is not a number of parts from 2 to 10."],
    ["--rename oven", "is not of the form TOPIC=NEW TITLE."],
    ["--refit --layout umpa", "Did you mean “umap”?"],
  ])("refuses “%s”", async (line, says) => {
    const { code, err } = await topics(...line.split(" "));
    expect([code, err]).toEqual([2, expect.stringContaining(says)]);
  });

  it("names the nearest title where there is no such topic", async () => {
    const [{ title }] = await largest();
    const { code, err } = await topics("--hide", `${title}x`);
    expect([code, err]).toEqual([1, expect.stringContaining(`Did you mean “${title}”?`)]);
  });
});

describe("parlance trends", () => {
  const trends = (...args: string[]) => parlance("trends", "--figure", "volume", ...args);
  const counted = async (...args: string[]) => {
    const { out } = await trends("--json", ...args);
    return figureList.parse(JSON.parse(out)).messages;
  };

  it("takes authors as a search does, and topics by their titles", async () => {
    const [topic] = await largest();
    const own = await api.total({ authors: ["minna"] });
    expect(own).toBeGreaterThan(0);
    expect(await counted("--from", "@Minna")).toBe(own);
    expect(await counted("--topic", topic.title.toUpperCase())).toBe(topic.messages);
    const both = { authors: ["minna"], topics: [topic.id] };
    expect(await counted("--topic", topic.id, "--from", "minna")).toBe(await api.total(both));
  });

  it("says what there is where nothing was meant", async () => {
    const nobody = await trends("--from", "mina");
    expect([nobody.code, nobody.err]).toEqual([
      1,
      expect.stringContaining("Did you mean “minna”?"),
    ]);
    const nothing = await trends("--topic", "nothing like it");
    expect([nothing.code, nothing.err]).toEqual([1, expect.stringContaining("There is no topic")]);
    expect((await trends("--after", "2031")).out).toContain("The messages here are of 2026-03-");
  });
});
