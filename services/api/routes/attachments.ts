// Files of messages over HTTP: the bytes of one that is kept, always as a download.
import { z } from "zod";
import { readAttachmentId } from "#services/domain/ids.ts";
import { cleaningOf, findShownAttachment, refusedAmong } from "#services/store/store.ts";
import { cleaner } from "#services/text/text.ts";
import { type ApiApp, type ApiParts, unknown } from "../api-app.ts";
import { fileAnswer } from "../file-answer.ts";
import { requireFileShown } from "../originals.ts";

const binary = {
  "application/octet-stream": { schema: { type: "string", format: "binary" } },
} as const;

export const attachmentRoutes = (app: ApiApp, parts: ApiParts): void => {
  app.openAPIRegistry.registerPath({
    method: "get",
    path: "/api/v1/attachments/{id}",
    summary: "A file of a message",
    description:
      "Of a message that `kept` in its attachments names. Whoever may read the conversation may have it. A Range header asks for a part of it.",
    tags: ["Conversations"],
    request: { params: z.object({ id: z.string() }) },
    responses: {
      200: { description: "The bytes, always as a download", content: binary },
      206: { description: "The part of them that was asked for", content: binary },
      416: { description: "No byte of the file is in the range" },
    },
  });
  app.get("/api/v1/attachments/:id", async (c) => {
    const scoped = parts.within(c);
    const { parlance } = scoped;
    const id = readAttachmentId(c.req.param("id"));
    const row = id && (await findShownAttachment(parlance.store.rows, id));
    if (!row) throw unknown("attachment");
    const { rows } = parlance.store;
    // What was refused is gone, whatever its file was.
    if ((await refusedAmong(rows, [row.message_id])).size > 0) throw unknown("attachment");
    await requireFileShown(scoped, row);
    c.set("readFrom", [row.collection_id]);
    const { size, sha256, blob_key: key } = row;
    const name = cleaner.title(row.name, await cleaningOf(rows, row.collection_id));
    return fileAnswer(c, { ...parts, blobs: parlance.blobs }, { name, size, sha256, key });
  });
};
