// What a collection masks is in no answer of any route, whoever asks: every route that reads is asked for it.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cleaning } from "#services/contract/cleaning.ts";
import { conversationList, conversationPage } from "#services/contract/conversations.ts";
import { noCleaning } from "#services/domain/cleaning.ts";
import { readCollectionId } from "#services/domain/ids.ts";
import { asChats, talkOf } from "#workers/analysis.builders.ts";
import { fillings } from "../organization-routes.builders.ts";
import {
  askRoute,
  type Ids,
  openTwoOrganizations,
  pick,
  scopeNamed,
  type TwoOrganizations,
} from "../organizations.builders.ts";

const secrets = [
  "vesna.kovac@apiary.example",
  `ghp_${"z9Y8x7".repeat(6)}`,
  "4111 1111 1111 1111",
  "+49 171 7654321",
] as const;
/** Names of people, of the chat and of the file. */
const chat = [secrets[0], secrets[3], "Mira"]
  .map((author, n) => `07/03/2026, 21:2${n} - ${author}: I shall bring the plum cake number ${n}`)
  .join("\n");
const rules = {
  ...noCleaning,
  found: { ...noCleaning.found, email: "mask", token: "mask", card: "mask", phone: "mask" },
};
const reads = Object.keys(fillings).filter((route) => fillings[route]?.changes === undefined);
/** They give what came as it came, to whoever manages the collection. */
const originals = new Set(["get /api/v1/messages/{id}/raw", "get /api/v1/uploads/{id}/original"]);

let two: TwoOrganizations;
let ids: Ids;

const json = async (path: string): Promise<unknown> => JSON.parse((await two.ask("a", path)).text);
const until = async (check: () => Promise<boolean>): Promise<void> => {
  while (!(await check())) await new Promise((later) => setTimeout(later, 50));
};

beforeAll(async () => {
  two = await openTwoOrganizations();
  ids = two.ids.a;
  const at = `/api/v1/collections/${ids.collection}`;
  const guest = readCollectionId(ids.collection);
  if (guest) (two.guests as string[]).push(guest);
  // The first words of a chat become its title, and typical messages of topics are quoted.
  const texts = talkOf("bees", 6, 3).map((text, n) => `${secrets[n % 4]} ${text}`);
  const sent = await two.read("a", `${at}/uploads?filename=secrets.jsonl`, {
    method: "PUT",
    raw: asChats("secret", texts),
  });
  const upload = pick(sent, "id");
  await two.ask("a", `/api/v1/uploads/${upload}/events`);
  const named = `${at}/uploads?filename=${encodeURIComponent(`WhatsApp Chat with ${secrets[3]}.txt`)}`;
  const people = await two.read("a", named, { method: "PUT", raw: chat });
  await two.ask("a", `/api/v1/uploads/${pick(people, "id")}/events`);
  await two.read("a", `${at}/analysis`, { method: "POST", body: { mode: "update" } });
  const isDone = async () => pick(await json(`${at}/analysis`), "state") === "done";
  await until(isDone);
  const { conversations } = conversationList.parse(await json(`${at}/conversations?limit=200`));
  const conversation = conversations.find(({ title }) => title?.includes(secrets[0]));
  const page = conversationPage.parse(await json(`/api/v1/conversations/${conversation?.id}`));
  await two.read("a", `${at}/cleaning`, { method: "PUT", body: rules });
  const { rows } = two.api.instance.within(scopeNamed("a")).store;
  await until(async () => cleaning.parse(await json(`${at}/cleaning`)).applying === null);
  await until(
    async () =>
      (await rows.selectFrom("chunks").select("id").where("state", "=", "purge").execute())
        .length === 0,
  );
  await until(isDone);
  ids = {
    ...ids,
    upload,
    conversation: page.conversation.id,
    message: page.messages[0]?.id ?? "",
    topic: pick(await json(`${at}/topics`), "topics.0.id"),
  };
}, 180_000);
afterAll(() => two.close());

const leakedIn = (text: string) => secrets.filter((secret) => text.includes(secret));

describe("what is masked", () => {
  it("was there before, and is kept for whoever manages the collection", async () => {
    const raw = await askRoute(two, "a", "get /api/v1/messages/{id}/raw", ids);
    expect(raw.text).toContain(secrets[0]);
    const file = await askRoute(two, "a", "get /api/v1/uploads/{id}/original", ids);
    expect(leakedIn(file.text)).toEqual(secrets);
    const whole = `/api/v1/collections/${ids.collection}/export?original=true`;
    expect(leakedIn((await two.ask("a", whole)).text)).toEqual(secrets);
    expect((await two.ask("guest", whole)).status).toBe(403);
  });

  it.each(reads)("is in no answer of %s", async (route) => {
    for (const name of ["a", "guest"] as const) {
      if (name === "a" && originals.has(route)) continue;
      const { status, text } = await askRoute(two, name, route, ids);
      expect(leakedIn(text)).toEqual([]);
      if (originals.has(route)) expect(status).toBe(403);
    }
  });

  it("is in no page of a conversation whose people, channel and file it names", async () => {
    const at = `/api/v1/collections/${ids.collection}`;
    const { conversations } = conversationList.parse(await json(`${at}/conversations?limit=200`));
    const found = conversations.find(({ source }) => source === "whatsapp");
    for (const who of ["a", "guest"] as const)
      for (const path of [
        `/api/v1/conversations/${found?.id}`,
        `${at}/uploads`,
        `${at}/people`,
        `${at}/export?format=jsonl`,
        `${at}/export?format=openai`,
        `${at}/export?format=markdown`,
      ]) {
        const { text, status } = await two.ask(who, path);
        expect([path, status, leakedIn(text)]).toEqual([path, 200, []]);
      }
    const page = conversationPage.parse(await json(`/api/v1/conversations/${found?.id}`));
    const authors = page.messages.map(({ author }) => author);
    expect(authors).toEqual([
      expect.stringMatching(/^«e-mail /u),
      expect.stringMatching(/^«phone /u),
      "Mira",
    ]);
    expect(page.conversation.title).toBe(authors[1]);
  });

  it("is found by no search for it", async () => {
    const at = `/api/v1/collections/${ids.collection}/search`;
    for (const secret of secrets)
      for (const mode of ["lexical", "hybrid"]) {
        for (const query of [`"${secret}"`, `from:"${secret}"`]) {
          const body = { query, mode, limit: 50 };
          const answer = await two.read("guest", at, { method: "POST", body });
          expect(leakedIn(JSON.stringify((answer as { hits: unknown }).hits))).toEqual([]);
        }
      }
  });
});
