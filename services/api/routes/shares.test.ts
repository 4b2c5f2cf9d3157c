// Shared links: they open one thing to whoever has them, and nothing beside it, until they are withdrawn or over.
import { zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { account } from "#services/contract/accounts.ts";
import { cleaning } from "#services/contract/cleaning.ts";
import { conversationList, conversationPage } from "#services/contract/conversations.ts";
import { collectionAccess } from "#services/contract/organizations.ts";
import { collectionPeople, savedPeopleEdit } from "#services/contract/people.ts";
import { madeShare, openedShare, shareList } from "#services/contract/shares.ts";
import { noCleaning } from "#services/domain/cleaning.ts";
import { stageNames } from "#services/domain/stage-names.ts";
import { aPng } from "#services/parse/documents/documents.builders.ts";
import { startBelt } from "#workers/belt.ts";
import {
  type AccountsApi,
  makeCollectionOf,
  openAccountsApi,
  type TestBrowser,
  tokenOf,
} from "../accounts.builders.ts";
import { printerDay } from "../api.builders.ts";

let api: AccountsApi;
let stop: () => Promise<void>;
let person: TestBrowser;
let id: string;
let conversation: string;

beforeAll(async () => {
  api = await openAccountsApi();
  const belt = await startBelt(api.instance, { stages: stageNames });
  stop = () => belt.stop();
  person = await api.join("sam@example.org", "member");
  id = await makeCollectionOf(person, "Printers");
  const sent = await api.ask(`/api/v1/collections/${id}/uploads?filename=day.log`, {
    method: "PUT",
    headers: { authorization: `Bearer ${person.access}` },
    body: printerDay,
  });
  const upload = ((await sent.json()) as { id: string }).id;
  const events = await api.ask(`/api/v1/uploads/${upload}/events`, {
    headers: { authorization: `Bearer ${person.access}` },
  });
  await events.text();
  const list = await person.read(conversationList, `/api/v1/collections/${id}/conversations`);
  conversation = list.conversations[0]?.id ?? "";
}, 120_000);
afterAll(async () => {
  await stop();
  await api.close();
});

const share = (body: object) =>
  person.read(madeShare, `/api/v1/collections/${id}/shares`, { body });
const open = (link: string, more: object = {}) =>
  api.browser().ask("/api/v1/shared/open", { body: { token: tokenOf(link), ...more } });

const check = (link: string) =>
  api.browser().ask("/api/v1/shared/check", { body: { token: tokenOf(link) } });

describe("a shared link", () => {
  it("opens a conversation page by page, and counts how often", async () => {
    const { link, share: made } = await share({ target: { kind: "conversation", conversation } });
    const opened = openedShare.parse((await open(link)).json());
    if (opened.kind !== "conversation") throw new Error(opened.kind);
    expect(opened.conversation.messages.length).toBeGreaterThan(3);
    expect(opened).toMatchObject({ collection: "Printers" });
    await open(link);
    const { shares } = await person.read(shareList, `/api/v1/collections/${id}/shares`);
    expect(shares.find((one) => one.id === made.id)).toMatchObject({ opened: 2, madeBy: "sam" });
    expect((await open(link, { cursor: "o99999" })).status).toBeLessThan(500);
    expect((await open(link, { cursor: "nonsense" })).code).toBe("bad-cursor");
  });

  it("opens a search as it was asked, and the report", async () => {
    const { link } = await share({ target: { kind: "search", query: "printer", mode: "lexical" } });
    const found = openedShare.parse((await open(link)).json());
    if (found.kind !== "search") throw new Error(found.kind);
    expect(found.answer.hits.length).toBeGreaterThan(0);
    const report = await share({ target: { kind: "report" } });
    const page = openedShare.parse((await open(report.link)).json());
    expect(page.kind === "report" && page.html).toContain("Printers");
  });

  it("opens nothing beside what it names: its token is good for no other address", async () => {
    const { link } = await share({ target: { kind: "conversation", conversation } });
    for (const path of [
      "/api/v1/collections",
      `/api/v1/conversations/${conversation}`,
      "/api/v1/account",
    ]) {
      const asked = await api.ask(path, { headers: { authorization: `Bearer ${tokenOf(link)}` } });
      expect(asked.status).toBe(401);
    }
    const other = await makeCollectionOf(person, "Others");
    const body = { target: { kind: "conversation", conversation } };
    expect((await person.ask(`/api/v1/collections/${other}/shares`, { body })).code).toBe(
      "unknown-conversation",
    );
  });

  it("gives the files of its conversation, with its password, and no others", async () => {
    const chat = (file: string, author: string) =>
      `[07.03.26, 21:22:39] ${author}: Here\n\u200e[07.03.26, 21:22:40] ${author}: \u200e<attached: ${file}>\n[07.03.26, 21:23:00] Ben: Yes\n`;
    const own = await makeCollectionOf(person, "Pictures");
    const headers = { authorization: `Bearer ${person.access}` };
    const bring = async (file: string, author: string) => {
      const packed = zipSync({
        "_chat.txt": new TextEncoder().encode(chat(file, author)),
        [file]: new Uint8Array(aPng()),
      });
      const at = `/api/v1/collections/${own}/uploads?filename=${author}.zip`;
      const sent = await api.ask(at, { method: "PUT", headers, body: packed });
      const { id: upload } = (await sent.json()) as { id: string };
      await (await api.ask(`/api/v1/uploads/${upload}/events`, { headers })).text();
    };
    await bring("one.png", "Anna");
    await bring("two.png", "Cleo");
    const list = await person.read(conversationList, `/api/v1/collections/${own}/conversations`);
    const pages = await Promise.all(
      list.conversations.map((one) =>
        person.read(conversationPage, `/api/v1/conversations/${one.id}`),
      ),
    );
    const keptOf = (name: string) =>
      pages
        .flatMap(({ messages }) => messages.flatMap(({ attachments }) => attachments))
        .find((one) => one.name === name)?.kept?.id ?? "";
    const shared = pages.find(({ messages }) => messages.some(({ author }) => author === "Anna"));
    const target = { kind: "conversation", conversation: shared?.conversation.id };
    const body = { target, password: "a walnut table" };
    const { link } = await person.read(madeShare, `/api/v1/collections/${own}/shares`, { body });
    const password = { password: "a walnut table" };
    const opened = openedShare.parse((await open(link, password)).json());
    const { pass } = opened.kind === "conversation" ? opened : {};
    const fetch = (attachment: string, more: object) =>
      api.browser().ask("/api/v1/shared/file", {
        body: { token: tokenOf(link), attachment, ...more },
      });
    const given = { pass };
    const answer = await fetch(keptOf("one.png"), given);
    expect([answer.status, answer.text.slice(1, 4)]).toEqual([200, "PNG"]);
    expect((await fetch(keptOf("one.png"), {})).status).toBe(403);
    expect((await fetch(keptOf("two.png"), given)).status).toBe(404);
    expect((await fetch("att_0000000000000000", given)).status).toBe(404);
    expect((await fetch(keptOf("one.png"), { pass: `${pass}x` })).code).toBe("password-needed");
    // Nor is the password itself tried here, where nothing counts it.
    expect((await fetch(keptOf("one.png"), password)).status).toBe(403);
    // Many pictures on a page, more often than strangers may ask, are no tries of the password.
    const many = Array.from({ length: 80 }, () => fetch(keptOf("one.png"), given));
    expect(new Set((await Promise.all(many)).map(({ status }) => status))).toEqual(new Set([200]));
    expect((await open(link, password)).status).toBe(200);
    // Who tries passes or files is counted.
    const tried = [];
    for (let at = 0; at < 61; at++) tried.push((await fetch(keptOf("one.png"), {})).code);
    expect([tried[0], tried.at(-1)]).toEqual(["password-needed", "too-many-requests"]);
    api.clock.now += 60_001;
    await person.refresh();
  });

  it("gives no file of a message that was refused since", async () => {
    const own = await makeCollectionOf(person, "Letters");
    const headers = { authorization: `Bearer ${person.access}` };
    const chat =
      "[07.03.26, 21:22:39] Anna: Here\n\u200e[07.03.26, 21:22:40] Anna: \u200e<attached: one.png>\nwrite to vesna.kovac@apiary.example\n";
    const body = zipSync({
      "_chat.txt": new TextEncoder().encode(chat),
      "one.png": new Uint8Array(aPng()),
    });
    const at = `/api/v1/collections/${own}/uploads?filename=chat.zip`;
    const sent = await api.ask(at, { method: "PUT", headers, body });
    const { id: upload } = (await sent.json()) as { id: string };
    await (await api.ask(`/api/v1/uploads/${upload}/events`, { headers })).text();
    const list = await person.read(conversationList, `/api/v1/collections/${own}/conversations`);
    const shown = list.conversations[0]?.id ?? "";
    const { messages } = await person.read(conversationPage, `/api/v1/conversations/${shown}`);
    const attachment = messages.flatMap(({ attachments }) => attachments)[0]?.kept?.id ?? "";
    const { link } = await person.read(madeShare, `/api/v1/collections/${own}/shares`, {
      body: { target: { kind: "conversation", conversation: shown } },
    });
    const fetch = () =>
      api.browser().ask("/api/v1/shared/file", { body: { token: tokenOf(link), attachment } });
    expect((await fetch()).status).toBe(200);
    const path = `/api/v1/collections/${own}/cleaning`;
    const rules = { ...noCleaning, found: { ...noCleaning.found, email: "refuse" } };
    await person.ask(path, { method: "PUT", body: rules });
    await expect
      .poll(async () => (await person.read(cleaning, path)).applying, { timeout: 20_000 })
      .toBeNull();
    expect((await fetch()).status).toBe(404);
  });

  it("asks for its password, and not more than ten times", async () => {
    const { link } = await share({
      target: { kind: "conversation", conversation },
      password: "open sesame",
    });
    expect((await open(link)).code).toBe("password-needed");
    for (let at = 0; at < 10; at++)
      expect((await open(link, { password: "wrong one" })).code).toBe("wrong-password");
    expect((await open(link, { password: "open sesame" })).code).toBe("too-many-tries");
    api.clock.now += 15 * 60_000 + 1;
    expect((await open(link, { password: "open sesame" })).status).toBe(200);
    await person.refresh();
  });

  it("says that it still works without its password, and is not counted for that", async () => {
    const target = { kind: "conversation", conversation } as const;
    const { link, share: made } = await share({ target, password: "open sesame" });
    expect((await check(link)).status).toBe(204);
    const { shares } = await person.read(shareList, `/api/v1/collections/${id}/shares`);
    expect(shares.find((one) => one.id === made.id)?.opened).toBe(0);
  });

  it("is checked by each page that shows it, with no share in what strangers may ask", async () => {
    const { link } = await share({ target: { kind: "conversation", conversation } });
    const answers = new Set<number>();
    for (let at = 0; at < 61; at++) answers.add((await check(link)).status);
    expect([...answers]).toEqual([204]);
    // Whoever tries tokens is counted.
    const tried = [];
    for (let at = 0; at < 61; at++)
      tried.push((await check(`${link.slice(0, -4)}${String(at).padStart(4, "x")}`)).code);
    expect(tried.filter((code) => code === "link-used")).not.toHaveLength(61);
    expect(tried.at(-1)).toBe("too-many-requests");
    api.clock.now += 60_001;
  });

  it("tells what was written, not whose names are one person's, nor who is “me”", async () => {
    const people = `/api/v1/collections/${id}/people`;
    const { people: all } = await person.read(collectionPeople, people);
    const [first, second] = all.map(({ shown }) => shown);
    const made = await person.read(savedPeopleEdit, `${people}/edits`, {
      body: { kind: "join", people: [first, second], shown: "Robin Real" },
    });
    const page = await person.read(conversationPage, `/api/v1/conversations/${conversation}`);
    expect(page.messages.map((one) => one.person)).toContain("Robin Real");
    const folded = page.conversation.participants.map(({ name, messages }) => [name, messages]);
    const both = all.slice(0, 2).reduce((sum, { messages }) => sum + messages, 0);
    expect(folded).toContainEqual(["Robin Real", both]);
    expect(folded.flat()).not.toContain(first);
    const { conversations } = await person.read(
      conversationList,
      `/api/v1/collections/${id}/conversations`,
    );
    expect(conversations[0]?.participants).toEqual(page.conversation.participants);

    const read = await share({ target: { kind: "conversation", conversation } });
    expect(JSON.stringify((await open(read.link)).json())).not.toContain("Robin");
    const filters = { authors: ["Robin Real"] };
    const found = await share({ target: { kind: "search", query: "", filters } });
    const opened = openedShare.parse((await open(found.link)).json());
    if (opened.kind !== "search") throw new Error(opened.kind);
    expect(new Set(opened.answer.hits.map(({ author }) => author))).toEqual(
      new Set([first, second]),
    );
    expect(JSON.stringify((await open(found.link)).json())).not.toContain('"person":');
    const undo = await person.ask(`${people}/edits/${made.id}`, { method: "DELETE" });
    expect(undo.status).toBe(200);

    for (const target of [
      { kind: "search", query: "toner from:me" },
      { kind: "search", query: "toner", filters: { authors: ["Me"] } },
    ]) {
      const refused = await person.ask(`/api/v1/collections/${id}/shares`, { body: { target } });
      expect([refused.status, refused.code]).toEqual([400, "shared-me"]);
    }
  });

  it("is over when it is withdrawn, its time is over, or its maker is out", async () => {
    const target = { kind: "conversation", conversation };
    const withdrawn = await share({ target });
    const at = `/api/v1/collections/${id}/shares/${withdrawn.share.id}`;
    expect((await person.ask(at, { method: "DELETE" })).status).toBe(204);
    expect((await person.ask(at, { method: "DELETE" })).code).toBe("unknown-share");
    expect((await check(withdrawn.link)).code).toBe("link-used");
    expect((await open(withdrawn.link)).code).toBe("link-used");
    const short = await share({ target, days: 1 });
    api.clock.now += 86_400_001;
    expect((await open(short.link)).code).toBe("link-used");
  });

  it("is checked to be there no more once what it opened is deleted", async () => {
    await person.signIn("sam@example.org");
    const own = await makeCollectionOf(person, "Short-lived");
    const { link } = await person.read(madeShare, `/api/v1/collections/${own}/shares`, {
      body: { target: { kind: "search", query: "printer" } },
    });
    expect((await check(link)).status).toBe(204);
    const sent = await api.ask(`/api/v1/collections/${own}/uploads?filename=day.log`, {
      method: "PUT",
      headers: { authorization: `Bearer ${person.access}` },
      body: printerDay,
    });
    const upload = ((await sent.json()) as { id: string }).id;
    const events = await api.ask(`/api/v1/uploads/${upload}/events`, {
      headers: { authorization: `Bearer ${person.access}` },
    });
    await events.text();
    const list = await person.read(conversationList, `/api/v1/collections/${own}/conversations`);
    const target = { kind: "conversation", conversation: list.conversations[0]?.id };
    const read = await person.read(madeShare, `/api/v1/collections/${own}/shares`, {
      body: { target },
    });
    expect((await check(read.link)).status).toBe(204);
    expect((await person.ask(`/api/v1/uploads/${upload}`, { method: "DELETE" })).status).toBe(202);
    await expect
      .poll(async () => (await check(read.link)).code, { timeout: 60_000 })
      .toBe("share-gone");
    expect((await check(link)).status).toBe(204);
  });

  it("is made by who manages the collection only", async () => {
    await person.signIn("sam@example.org");
    const reader = await api.join("reader@example.org", "member");
    const { user } = await person.read(account, "/api/v1/account");
    const grants = [{ kind: "user", id: user?.id, level: "manage" }];
    await person.read(collectionAccess, `/api/v1/collections/${id}/access`, {
      method: "PUT",
      body: { everybody: "read", grants },
    });
    const body = { target: { kind: "conversation", conversation } };
    const tried = await reader.ask(`/api/v1/collections/${id}/shares`, { body });
    expect([tried.status, tried.code]).toEqual([403, "not-allowed"]);
    expect((await reader.ask(`/api/v1/conversations/${conversation}`)).status).toBe(200);
    expect((await reader.ask(`/api/v1/collections/${id}`, { method: "DELETE" })).code).toBe(
      "not-allowed",
    );
  });
});
