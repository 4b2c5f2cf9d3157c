// Cleaning and the files of messages: documents that hold what is masked are for whoever manages the collection; refused ones are deleted.
import { zipSync } from "fflate";
import { afterAll, beforeAll, expect, it } from "vitest";
import { cleaning } from "#services/contract/cleaning.ts";
import { conversationList, conversationPage } from "#services/contract/conversations.ts";
import { uploadAccepted } from "#services/contract/uploads.ts";
import { type CleaningRules, noCleaning } from "#services/domain/cleaning.ts";
import { type CollectionId, readCollectionId } from "#services/domain/ids.ts";
import { defaultScope } from "#services/domain/scope.ts";
import { aDocx, aPicture, aPng } from "#services/parse/documents/documents.builders.ts";
import { openTestApi, type TestApi } from "../api.builders.ts";

const secret = "vesna.kovac@apiary.example";
const packed = Buffer.from(
  zipSync({
    "_chat.txt": Buffer.from(`[07.03.26, 21:22:39] Anna: Here they are
\u200e[07.03.26, 21:22:40] Anna: \u200e<attached: 00000001-PHOTO.png>
\u200e[07.03.26, 21:22:42] Ben: \u200e<attached: 00000003-letter.docx>
\u200e[07.03.26, 21:22:43] Ben: \u200e<attached: 00000004-CARD.png>
Write to ${secret}
\u200e[07.03.26, 21:22:44] Ben: \u200e<attached: 00000005-AGAIN.png>
Or to ${secret}
`),
    "00000001-PHOTO.png": aPng(),
    "00000004-CARD.png": aPicture(20, 10),
    "00000005-AGAIN.png": aPng(),
    "00000003-letter.docx": aDocx("Dear Ben,", `write to ${secret} soon.`),
  }),
);

let api: TestApi;
let id: string;
const readable: CollectionId[] = [];
beforeAll(async () => {
  api = await openTestApi({
    scopeOf: (request) =>
      request.headers.get("x-reader") === null
        ? defaultScope
        : { ...defaultScope, collections: readable },
  });
  id = (await api.makeCollection("Family")).id;
  const known = readCollectionId(id);
  if (known) readable.push(known);
  const at = `/api/v1/collections/${id}/uploads?filename=${encodeURIComponent("WhatsApp Chat.zip")}`;
  const sent = await api.ask(at, { method: "PUT", body: new Uint8Array(packed) });
  const upload = uploadAccepted.parse(await sent.json());
  await (await api.ask(`/api/v1/uploads/${upload.id}/events`)).text();
});
afterAll(() => api.close());

const set = async (email: CleaningRules["found"]["email"]) => {
  const path = `/api/v1/collections/${id}/cleaning`;
  const body = { ...noCleaning, found: { ...noCleaning.found, email } };
  await api.read(cleaning, path, { method: "PUT", body, status: 202 });
  await expect
    .poll(async () => (await api.read(cleaning, path)).applying, { timeout: 100_000 })
    .toBeNull();
};
const files = async () => {
  const list = await api.read(conversationList, `/api/v1/collections/${id}/conversations`);
  const page = await api.read(
    conversationPage,
    `/api/v1/conversations/${list.conversations[0]?.id}`,
  );
  expect(JSON.stringify(page)).not.toContain(secret);
  const kept = page.messages.flatMap(({ attachments }) => attachments);
  const of = (end: string) => kept.find(({ name }) => name.endsWith(end))?.kept?.id ?? "";
  return { picture: of("PHOTO.png"), letter: of(".docx"), card: of("CARD.png") };
};
const statusOf = async (file: string, as: "manager" | "reader") =>
  (
    await api.ask(`/api/v1/attachments/${file}`, {
      headers: as === "reader" ? { "x-reader": "1" } : {},
    })
  ).status;

it("gives documents of a masked collection to whoever manages it, pictures to all", async () => {
  await set("mask");
  const { picture, letter } = await files();
  expect([await statusOf(letter, "manager"), await statusOf(letter, "reader")]).toEqual([200, 403]);
  expect([await statusOf(picture, "manager"), await statusOf(picture, "reader")]).toEqual([
    200, 200,
  ]);
});

it("shows nobody files with what is refused that may be read again, deletes them once read, and keeps pictures of other messages", async () => {
  const { letter, card } = await files();
  const { rows } = api.parlance.store;
  const become = (state: string) => rows.updateTable("uploads").set({ state }).execute();
  const { id: upload } = await rows.selectFrom("uploads").select("id").executeTakeFirstOrThrow();
  await become("failed");
  await set("refuse");
  const original = `/api/v1/uploads/${upload}/original`;
  expect(await api.refusal(original)).toEqual([403, "original-refused"]);
  // Its message was refused, so that it is no file of any message.
  expect(await api.refusal(`/api/v1/attachments/${letter}`)).toEqual([404, "unknown-attachment"]);
  await become("done");
  await set("refuse");
  await expect.poll(async () => (await files()).letter, { timeout: 100_000 }).toBe("");
  const after = await files();
  expect(after.letter).toBe("");
  expect(await statusOf(after.picture, "manager")).toBe(200);
  // Of two messages with one picture, one was refused; the picture of the other refused one is no other message's.
  expect(await api.refusal(`/api/v1/attachments/${card}`)).toEqual([404, "unknown-attachment"]);
  const kept = () => rows.selectFrom("attachments").select(["name", "blob_key"]).execute();
  await expect
    .poll(async () => (await kept()).map(({ name }) => name), { timeout: 100_000 })
    .toEqual(["00000001-PHOTO.png"]);
  const stored: string[] = [];
  for await (const { key } of api.parlance.blobs.list(`uploads/${upload}`)) stored.push(key);
  expect(stored).toEqual((await kept()).map((one) => one.blob_key));
});
