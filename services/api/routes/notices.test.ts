// What people are told of imports and alerts: in the app and by a real mail server, as far as they want to know, and never twice.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aMailbox, type KeptLetter, type Mailbox } from "#services/accounts/mailbox.builders.ts";
import { account, type NoticeChoices } from "#services/contract/accounts.ts";
import { collectionAccess } from "#services/contract/organizations.ts";
import { noticeList } from "#services/contract/own-data.ts";
import {
  defaultOrganization,
  newsId,
  noticeId,
  readCollectionId,
  readUserId,
} from "#services/domain/ids.ts";
import { type Scope, workerScope } from "#services/domain/scope.ts";
import { anUpload, aPart, bring } from "#services/store/store.builders.ts";
import {
  addNotice,
  changeConcept,
  chunkPlaces,
  createConcept,
  createUpload,
  deletePiece,
  failUpload,
  raiseAlerts,
  requestCollectionErasure,
  type Store,
} from "#services/store/store.ts";
import { cleaner } from "#services/text/text.ts";
import {
  type AccountsApi,
  makeCollectionOf,
  openAccountsApi,
  type TestBrowser,
} from "../accounts.builders.ts";

const url = "https://chats.example.org";
const minute = 60_000;
let mailbox: Mailbox;
let api: AccountsApi;
let ada: TestBrowser;
let collection: string;
let at: number;

const known = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error("it is not there");
  return value;
};
const scopeOf = (id: string | undefined): Scope => ({
  organization: defaultOrganization,
  collections: "all",
  caller: {
    kind: "user",
    id: known(readUserId(id ?? "")),
    name: "ada",
    session: "" as never,
    role: "member",
    incomplete: false,
    uncounted: false,
  },
});
const userId = async (person: TestBrowser) =>
  (await person.read(account, "/api/v1/account")).user?.id;

/** An import of somebody, which failed so long after it was sent. */
const failed = async (person: TestBrowser, afterMs: number, filename = "day.log") => {
  const store: Store = api.instance.database.within(scopeOf(await userId(person)));
  const id = await createUpload(store, {
    cleaner,
    collection: known(readCollectionId(collection)),
    filename,
  });
  api.clock.now += afterMs;
  await store.transaction((rows) =>
    failUpload(store, rows, id, { kind: "rejected", code: "x", message: "It is broken." } as never),
  );
};
const tell = async () => (await api.instance.accounts()).tellNews(url);
const choose = (person: TestBrowser, notices: NoticeChoices) =>
  person.read(account, "/api/v1/account", { method: "PATCH", body: { preferences: { notices } } });
const off: NoticeChoices = {
  imports: { app: false, mail: false },
  alerts: { app: false, mail: "off" },
  devices: { mail: false },
};
const noticesOf = async (person: TestBrowser) => person.read(noticeList, "/api/v1/account/notices");
const lettersTo = (address: string): KeptLetter[] =>
  mailbox.letters.filter(({ to }) => to === address);
const header = (letter: KeptLetter | undefined, name: string): string =>
  new RegExp(`^${name}: ?(.*(?:\\r\\n[ \\t].*)*)`, "imu").exec(letter?.text ?? "")?.[1] ?? "";

beforeAll(async () => {
  mailbox = await aMailbox();
  api = await openAccountsApi({
    env: {
      PARLANCE_PUBLIC_URL: "http://localhost",
      PARLANCE_MAIL_URL: mailbox.url,
      PARLANCE_MAIL_FROM: "Parlance <p@example.org>",
    },
    mailbox,
  });
  ada = await api.join("ada@example.org", "member");
  collection = await makeCollectionOf(ada, "Printers");
  await ada.read(collectionAccess, `/api/v1/collections/${collection}/access`, {
    method: "PUT",
    body: {
      everybody: "edit",
      grants: [{ kind: "user", id: await userId(ada), level: "manage" }],
    },
  });
  at = mailbox.letters.length;
});
afterAll(async () => {
  await api.close();
  mailbox.close();
});
beforeEach(async () => {
  await ada.signIn("ada@example.org");
  at = mailbox.letters.length;
});

describe("an import that took longer than a minute", () => {
  it("is told to whoever sent it, once, in the app and by mail with a way to end such mails", async () => {
    await failed(ada, 2 * minute);
    await tell();
    expect((await noticesOf(ada)).notices).toMatchObject([
      {
        kind: "import-failed",
        filename: "day.log",
        collection: { name: "Printers" },
        isSeen: false,
      },
    ]);
    expect(mailbox.letters).toHaveLength(at);
    api.clock.now += 3 * minute;
    await Promise.all([tell(), tell(), tell()]);
    await tell();
    expect(lettersTo("ada@example.org").slice(-1)[0]?.text).toContain("day. log");
    expect(mailbox.letters).toHaveLength(at + 1);
    const letter = mailbox.letters[at];
    expect(header(letter, "Subject")).toBe("An import has failed");
    expect(header(letter, "List-Unsubscribe-Post")).toBe("List-Unsubscribe=One-Click");
    await ada.ask("/api/v1/account/notices/seen", { body: {} });
    expect((await noticesOf(ada)).unseen).toBe(0);
    // With one click, as a mail program does it: no cookie, no token of a session, a form.
    const address = header(letter, "List-Unsubscribe")
      .replace(/[<>\s]/gu, "")
      .replace(url, "");
    const click = () =>
      api.ask(address, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: "List-Unsubscribe=One-Click",
      });
    expect([(await click()).status, (await click()).status]).toEqual([200, 200]);
    const { user } = await ada.read(account, "/api/v1/account");
    expect(user?.preferences.notices.imports).toEqual({ app: true, mail: false });
    await failed(ada, 2 * minute, "more.log");
    await tell();
    api.clock.now += 10 * minute;
    await ada.signIn("ada@example.org");
    await tell();
    expect(mailbox.letters).toHaveLength(at + 1);
    expect((await noticesOf(ada)).notices.map(({ filename }) => filename)).toEqual([
      "more.log",
      "day.log",
    ]);
  });

  it("is not told where it was quick, nor to somebody who does not want to know", async () => {
    const before = (await noticesOf(ada)).notices.length;
    await failed(ada, minute - 1);
    await choose(ada, off);
    await failed(ada, 2 * minute);
    await tell();
    expect((await noticesOf(ada)).notices).toHaveLength(before);
  });

  it("is told again later where the mail server does not answer, and given up in the end", async () => {
    const ben = await api.join("ben@example.org", "member");
    at = mailbox.letters.length;
    await failed(ben, 2 * minute);
    await tell();
    mailbox.refuse(true);
    api.clock.now += 3 * minute;
    await tell();
    mailbox.refuse(false);
    await tell();
    expect(mailbox.letters).toHaveLength(at);
    api.clock.now += 3 * minute;
    await tell();
    expect(lettersTo("ben@example.org").at(-1)?.text).toContain("has failed");
    expect(mailbox.letters).toHaveLength(at + 1);
    await ben.signIn("ben@example.org");
    await failed(ben, 2 * minute);
    await tell();
    mailbox.refuse(true);
    for (let tries = 0; tries < 9; tries++) {
      api.clock.now += 800 * minute;
      await tell();
    }
    mailbox.refuse(false);
    api.clock.now += 800 * minute;
    await tell();
    expect(mailbox.letters).toHaveLength(at + 1);
  });
});

describe("news of a collection that is gone", () => {
  it("is told to nobody, and goes with the collection or with the next look at it", async () => {
    const away = await makeCollectionOf(ada, "Away");
    const { system } = api.instance.database;
    const store = api.instance.database.within(workerScope(defaultOrganization));
    const into = known(readCollectionId(away));
    const user_id = known(readUserId((await userId(ada)) ?? ""));
    const write = async () => {
      const told = { kind: "alert", collection_id: into, subject: "con_gone", count: 1 };
      const at = api.clock.now;
      const news = { ...told, id: newsId(store.newId()), user_id, at };
      await store.rows.insertInto("news").values(news).execute();
      const due = { in_app: 1, seen_at: null, mail: "due", mail_at: 0, tries: 0 };
      await addNotice(store.rows, { ...told, ...due, id: noticeId(store.newId()), user_id, at });
    };
    const left = async (table: "news" | "notices") =>
      (await system.rows.selectFrom(table).select("id").where("collection_id", "=", into).execute())
        .length;
    await write();
    await requestCollectionErasure(store, into);
    while (await deletePiece(store, into));
    expect([await left("news"), await left("notices")]).toEqual([0, 0]);
    // By a worker that did not know of it.
    await write();
    await tell();
    expect(await left("news")).toBe(0);
    expect(mailbox.letters).toHaveLength(at);
    const { notices } = await noticesOf(ada);
    expect(notices.filter((one) => one.collection.id === away)).toEqual([]);
  });
});

describe("new alerts", () => {
  it("are told to those who can open the collection and asked for it: at once, or in the morning of their day", async () => {
    await ada.signIn("ada@example.org");
    const store = api.instance.database.within(workerScope(defaultOrganization));
    const into = known(readCollectionId(collection));
    const made = await createConcept(store, into, {
      name: "Broken printers",
      query: "printer",
      examples: [],
    });
    await changeConcept(store, made.id, { watch: true }, () => "");
    const [cleo, dora, eve] = [
      await api.join("cleo@example.org", "viewer"),
      await api.join("dora@example.org", "member"),
      await api.join("eve@example.org", "member"),
    ];
    await choose(cleo, { ...off, alerts: { app: true, mail: "at-once" } });
    await dora.read(account, "/api/v1/account", {
      method: "PATCH",
      body: {
        preferences: {
          timeZone: "Asia/Tokyo",
          notices: { ...off, alerts: { app: true, mail: "daily" } },
        },
      },
    });
    await choose(eve, { ...off, alerts: { app: true, mail: "at-once" } });
    const offset = await eve.ask("/api/v1/account", {
      method: "PATCH",
      body: { preferences: { timeZone: "+05:07" } },
    });
    expect([offset.status, offset.code]).toEqual([400, "unknown-zone"]);
    const id = await userId(eve);
    // Noon in Tokyo.
    const noon = Math.ceil(api.clock.now / 86_400_000) * 86_400_000 + 3 * 60 * minute;
    api.clock.now = noon;
    at = mailbox.letters.length;
    const of = { collection: into, upload: await anUpload(store, into) };
    const said = Array.from({ length: 5 }, (_, number) => ({
      text: `printer ${number} is broken`,
    }));
    await bring(store, of, [aPart(of, "monday", said)]);
    const chunks = await store.rows.selectFrom("chunks").select("id").orderBy("id").execute();
    const raise = async (from: number, to: number) => {
      const places = await chunkPlaces(
        store.rows,
        chunks.slice(from, to).map(({ id }) => id),
      );
      const alerts = [...places.values()].map((place) => ({ ...place, probability: 0.9 }));
      return raiseAlerts(store, made.id, { version: null, alerts });
    };
    expect(await raise(0, 2)).toBe(2);
    expect(await raise(1, 5)).toBe(3);
    await tell();
    // She cannot open it any more when the mail would be sent.
    await api.owner.signIn("olga@example.org");
    await api.owner.ask(`/api/v1/members/${id}`, { method: "PATCH", body: { state: "suspended" } });
    api.clock.now += 3 * minute;
    await tell();
    expect(mailbox.letters.slice(at).map(({ to }) => to)).toEqual(["cleo@example.org"]);
    const [letter] = mailbox.letters.slice(at);
    expect(header(letter, "Subject")).toBe("5 new alerts on Parlance");
    expect(letter?.text).toContain("Broken printers");
    // 07:59 in Tokyo, then 08:00.
    api.clock.now = noon + (20 * 60 - 1) * minute;
    await tell();
    expect(mailbox.letters).toHaveLength(at + 1);
    api.clock.now = noon + 20 * 60 * minute;
    await tell();
    expect(mailbox.letters.slice(at + 1).map(({ to }) => to)).toEqual(["dora@example.org"]);
  });
});

describe("a link that ends mails", () => {
  it("is worth nothing where it was made up, or its person is gone", async () => {
    for (const token of ["x", "s1.0123456789abcdef.AAAA", "a".repeat(500)]) {
      const answered = await api.ask(`/api/v1/notices/unsubscribe?token=${token}`, {
        method: "POST",
      });
      expect(answered.status).toBe(410);
    }
    expect((await api.ask("/api/v1/notices/unsubscribe", { method: "POST" })).status).toBe(400);
    expect((await api.ask("/api/v1/notices/unsubscribe?token=x")).status).toBe(404);
  });
});
