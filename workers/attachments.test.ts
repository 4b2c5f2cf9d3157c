// Files of messages in ingest: the text beside what people write, files in mails, a kill in between, and what no row names.
import { utimes } from "node:fs/promises";
import { join } from "node:path";
import { zipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CollectionId } from "#services/domain/ids.ts";
import { aDocx, aPdf, aPng } from "#services/parse/documents/documents.builders.ts";
import {
  attachmentPrefix,
  createCollection,
  findUpload,
  readKnownFiles,
  requestOriginErasure,
  saveQuotas,
  storedBytes,
} from "#services/store/store.ts";
import { startBelt } from "./belt.ts";
import { compareStored } from "./watch-home.ts";
import { aHome, atRest, ended, openHome, send, type TestParlance } from "./workers.builders.ts";

let remove: () => Promise<void>;
let folder: string;
let parlance: TestParlance;
let collection: CollectionId;
let stop: () => Promise<void>;

const run = async (reached: (place: string) => Promise<void> = async () => undefined) => {
  const stages = ["ingest", "embed", "commit", "erase"] as const;
  const belt = await startBelt(parlance.instance, { stages, reached });
  stop = () => belt.stop();
};

beforeEach(async () => {
  ({ folder, remove } = await aHome());
  parlance = await openHome(folder);
  collection = (await createCollection(parlance.store, { name: "Garden" })).id;
  stop = async () => undefined;
});
afterEach(async () => {
  await stop();
  await parlance.close();
  await remove();
});

const messages = () =>
  parlance.store.rows
    .selectFrom("messages")
    .select(["kind", "text", "attachments", "reply_to_id", "id"])
    .where("collection_id", "=", collection)
    .orderBy("position")
    .execute();
const kept = () => parlance.store.rows.selectFrom("attachments").selectAll().execute();
const zipped = (files: Record<string, Uint8Array | string>): Uint8Array =>
  zipSync(
    Object.fromEntries(
      Object.entries(files).map(([path, file]) => [
        path,
        typeof file === "string" ? new TextEncoder().encode(file) : new Uint8Array(file),
      ]),
    ),
  );
/** A mail with a document. */
const aMail = (pdf: Buffer): string => `From ola@example.org Thu Jan  1 10:00:00 2026
From: Ola <ola@example.org>
Message-ID: <1@example.org>
Date: Thu, 1 Jan 2026 10:00:00 +0000
Subject: Offer
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

Please find our offer attached.
--b
Content-Type: application/pdf; name=offer.pdf
Content-Disposition: attachment; filename=offer.pdf
Content-Transfer-Encoding: base64

${pdf.toString("base64")}
--b--
`;
const chatOf = (count: number) =>
  `[07.03.26, 21:22:39] Anna: Here it is\n${Array.from(
    { length: count },
    (_, n) =>
      `\u200e[07.03.26, 21:23:${String(n % 60).padStart(2, "0")}] Anna: \u200e<attached: ${n}.pdf>\n`,
  ).join("")}[07.03.26, 21:30:39] Ben: Thank you\n`;

describe("the text of a document", () => {
  it("beside what a person writes is a message after it; the words stay as they are", async () => {
    await run();
    const chat = `[07.03.26, 21:22:39] Anna: Our offer \u200e<attached: offer.docx>\n[07.03.26, 21:30:39] Ben: Thank you\n`;
    const text = zipped({
      "_chat.txt": chat,
      "offer.docx": aDocx("A walnut table", "ninety euros"),
    });
    const upload = await ended(parlance, await send(parlance, collection, { name: "c.zip", text }));
    expect(upload).toMatchObject({ state: "done", attachments: { kept: 1, missing: 0 } });
    const [words, document, thanks] = await messages();
    expect([words?.kind, words?.text]).toEqual(["text", "Our offer"]);
    expect(document).toMatchObject({
      kind: "attachment",
      text: "offer.docx\n\nA walnut table\nninety euros",
      reply_to_id: words?.id,
      attachments: null,
    });
    expect(thanks?.text).toBe("Thank you");
  });

  it("is cut where it is long, and one that cannot be read stops nothing", async () => {
    await run();
    const text = zipped({
      "_chat.txt": chatOf(3),
      "0.pdf": "x".repeat(300_000),
      "1.pdf": "%PDF-1.7 broken",
      "2.pdf": aPdf("Ninety euros"),
    });
    const upload = await ended(parlance, await send(parlance, collection, { name: "c.zip", text }));
    expect(upload.attachments).toMatchObject({ kept: 3 });
    const texts = (await messages()).map((one) => one.text);
    expect(texts[1]?.length).toBe("0.pdf".length + 2 + 200_000);
    expect(texts.slice(2)).toEqual(["1.pdf", "2.pdf\n\nNinety euros", "Thank you"]);
  });
});

describe("a file that several messages have", () => {
  it("is stored and counted once, and the first of them has its text", async () => {
    await run();
    const chat = ["1", "2"]
      .map((n) => `\u200e[07.03.26, 21:22:3${n}] Anna: \u200e<attached: a.pdf>\n`)
      .join("");
    const pdf = aPdf("Ninety euros");
    const png = aPng();
    const pictures = ["3", "4"]
      .map((n) => `\u200e[07.03.26, 21:22:3${n}] Anna: \u200e<attached: b.png>\n`)
      .join("");
    const text = zipped({ "_chat.txt": `${chat}${pictures}`, "a.pdf": pdf, "b.png": png });
    const upload = await ended(parlance, await send(parlance, collection, { name: "c.zip", text }));
    const bytes = pdf.length + png.length;
    expect(upload.attachments).toEqual({ kept: 4, bytes, tooLarge: 0, missing: 0 });
    expect(new Set((await kept()).map(({ blob_key }) => blob_key)).size).toBe(2);
    expect((await messages()).map((one) => one.text)).toEqual([
      "a.pdf\n\nNinety euros",
      "a.pdf",
      "b.png",
      "b.png",
    ]);
  });
});

describe("an organization that may keep a number of bytes", () => {
  it("keeps files of messages as far as there is room, and says of the others why they are not kept", async () => {
    await run();
    const files = { "0.pdf": aPdf("One"), "1.pdf": aPdf("Another") };
    const text = zipped({ "_chat.txt": chatOf(2), ...files });
    const most = text.length + files["0.pdf"].length + files["1.pdf"].length - 1;
    await saveQuotas(parlance.store.rows, {
      requests_per_minute: null,
      tokens_per_day: null,
      stored_bytes: most,
    });
    const upload = await ended(parlance, await send(parlance, collection, { name: "c.zip", text }));
    expect(upload).toMatchObject({
      state: "done",
      attachments: { kept: 1, bytes: files["0.pdf"].length, tooLarge: 1 },
    });
    expect(upload.problems).toContainEqual(
      expect.objectContaining({ code: "quota-used", place: "1.pdf" }),
    );
    expect(await storedBytes(parlance.store.rows)).toBeLessThanOrEqual(most);
  });
});

describe("an archive that unpacks to far more than it takes", () => {
  it("is refused at a file of a message as well; what came before stays", async () => {
    await run();
    const chat = chatOf(1).replaceAll("0.pdf", "a.bin");
    const text = zipped({ "_chat.txt": chat, "a.bin": new Uint8Array(48 * 1024 ** 2) });
    const upload = await ended(parlance, await send(parlance, collection, { name: "c.zip", text }));
    expect(upload).toMatchObject({ state: "failed", error: { code: "archive-ratio" } });
  });
});

describe("a mail", () => {
  it("keeps its parts that are files", async () => {
    await run();
    const mail = aMail(aPdf("Ninety euros"));
    const id = await send(parlance, collection, { name: "a.mbox", text: mail });
    expect((await ended(parlance, id)).attachments).toMatchObject({ kept: 1 });
    expect(await kept()).toMatchObject([{ name: "offer.pdf", media_type: "application/pdf" }]);
    expect((await messages()).map(({ text }) => text)).toEqual([
      "Please find our offer attached.",
      "offer.pdf\n\nNinety euros",
    ]);
  });

  it("that stands in two mailboxes of an upload has its files once", async () => {
    await run();
    const pdf = aPdf("Ninety euros");
    const text = zipped({ "Inbox.mbox": aMail(pdf), "Sent.mbox": aMail(pdf) });
    const id = await send(parlance, collection, { name: "mails.zip", text });
    const upload = await ended(parlance, id);
    expect(upload).toMatchObject({
      state: "done",
      attachments: { kept: 1, bytes: pdf.length, missing: 0 },
      progress: { changedMessages: 0 },
    });
    expect(await kept()).toHaveLength(1);
    expect((await messages()).map((one) => one.text)).toEqual([
      "Please find our offer attached.",
      "offer.pdf\n\nNinety euros",
    ]);
  });
});

describe("a reading that is killed while it keeps files", () => {
  it("goes on without keeping or counting any twice", async () => {
    let stops = 1;
    await run(async (place) => {
      if (place === "ingest.parts" && stops-- > 0) throw new Error("killed");
    });
    const files = Object.fromEntries(
      Array.from({ length: 5 }, (_, n) => [`${n}.pdf`, aPdf(`Offer ${n}`)]),
    );
    const text = zipped({ "_chat.txt": chatOf(5), ...files });
    const upload = await ended(parlance, await send(parlance, collection, { name: "c.zip", text }));
    expect(upload).toMatchObject({ state: "done", attachments: { kept: 5, missing: 0 } });
    expect(await kept()).toHaveLength(5);
    expect(stops).toBeLessThan(1);
  });

  it.each([
    ["a picture", "a.png", aPng(), 0],
    ["a document", "a.pdf", aPdf("Ninety euros"), 1],
  ])(
    "counts %s once that messages before and after the kill have",
    async (_, name, bytes, read) => {
      const atKill: number[] = [];
      await run(async (place) => {
        if (place !== "ingest.parts" || atKill.length > 0) return;
        atKill.push((await kept()).length);
        throw new Error("killed");
      });
      const text = zipped({
        "_chat.txt": chatOf(700).replaceAll(/\d+\.pdf/g, name),
        [name]: bytes,
      });
      const id = await send(parlance, collection, { name: "c.zip", text });
      expect(await ended(parlance, id)).toMatchObject({
        state: "done",
        attachments: { kept: 700, bytes: bytes.length, missing: 0 },
      });
      const texts = (await messages()).filter((one) => one.text.includes("Ninety"));
      expect(texts).toHaveLength(read);
      expect(atKill[0]).toBeGreaterThan(0);
      expect(atKill[0]).toBeLessThan(700);
    },
  );
});

describe("stored files", () => {
  const keys = async (prefix: string) => {
    const found: string[] = [];
    for await (const { key } of parlance.blobs.list(prefix)) found.push(key);
    return found.sort();
  };

  it("of messages are named by rows, and stay; what no row has named for a day is removed", async () => {
    await run();
    const text = zipped({ "_chat.txt": chatOf(2), "0.pdf": aPdf("One"), "1.pdf": aPng() });
    const id = await send(parlance, collection, { name: "c.zip", text });
    await ended(parlance, id);
    const before = await keys("uploads");
    expect(before).toHaveLength(3);
    const left = await parlance.blobs.put(
      attachmentPrefix(id),
      (async function* () {
        yield Buffer.from("left behind");
      })(),
    );
    const old = new Date(Date.now() - 2 * 24 * 3_600_000);
    for (const key of [...before, left.key])
      await utimes(join(folder, "blobs", key), old, old).catch(() =>
        utimes(join(folder, "blobs", `${key}.zst`), old, old),
      );
    await compareStored(parlance.instance);
    expect(await keys("uploads")).toEqual(before);
  });

  it("of messages that are missing are told, but for those of an upload that is being erased", async () => {
    await run();
    const text = zipped({ "_chat.txt": chatOf(2), "0.pdf": aPdf("One"), "1.pdf": aPng() });
    const id = await send(parlance, collection, { name: "c.zip", text });
    await ended(parlance, id);
    await stop();
    const told = async () => {
      await compareStored(parlance.instance);
      return parlance.health.parts().filter(({ code }) => code === "blobs-missing");
    };
    expect(await told()).toEqual([]);
    await parlance.blobs.removeAll(attachmentPrefix(id));
    expect(await told()).toHaveLength(1);
    expect([...readKnownFiles(join(folder, "parlance.db")).blobs.keys()]).toHaveLength(3);
    await requestOriginErasure(parlance.store, id);
    expect(await told()).toEqual([]);
    const named = [...readKnownFiles(join(folder, "parlance.db")).blobs.keys()];
    expect(named.filter((key) => key.includes("/attachments/"))).toEqual([]);
  });

  it("of an upload that is erased while it is read are removed", async () => {
    let id: Awaited<ReturnType<typeof send>> | undefined;
    await run(async (place) => {
      if (place === "ingest.attachments" && id !== undefined) {
        const now = id;
        id = undefined;
        await requestOriginErasure(parlance.store, now);
        parlance.bus.wake();
        await expect
          .poll(() => findUpload(parlance.store.rows, now), { timeout: 10_000 })
          .toBeUndefined();
      }
    });
    const text = zipped({ "_chat.txt": chatOf(2), "0.pdf": aPdf("One"), "1.pdf": aPdf("Two") });
    const sent = await send(parlance, collection, { name: "c.zip", text });
    id = sent;
    await expect.poll(() => keys(`uploads/${sent}`), { timeout: 20_000 }).toEqual([]);
    await expect.poll(() => findUpload(parlance.store.rows, sent)).toBeUndefined();
    await atRest(parlance);
    expect(await keys(`uploads/${sent}`)).toEqual([]);
  });
});
