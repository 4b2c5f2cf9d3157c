// Files of messages: found in the upload, stored as files of it, and their text made that of the message that stands for them.

import type { Attachment, ParsedConversation } from "#services/domain/conversation.ts";
import { ParlanceError } from "#services/domain/errors.ts";
import { attachmentId, messageIdBySource, type UploadId } from "#services/domain/ids.ts";
import { MEDIA_BYTES, mediaTypeOf } from "#services/domain/media-type.ts";
import type { Parlance } from "#services/parlance.ts";
import {
  type AttachedFile,
  type FindAttached,
  mayHoldText,
  openDocumentReader,
  type ParseProblem,
} from "#services/parse/parse.ts";
import {
  attachmentKeysOf,
  attachmentPrefix,
  type BroughtAttachments,
  digest,
  findUpload,
  type MessageRow,
  type UploadRow,
} from "#services/store/store.ts";
import { normaliseText } from "#services/text/text.ts";
import type { ResolvedPart } from "./resolve.ts";
import { type InHand, untilRoom } from "./stage.ts";

type Kept = BroughtAttachments["kept"][number];

/** A file once it is stored. */
interface Stored extends Pick<Kept, "media_type" | "size" | "sha256" | "blob_key"> {
  /** undefined where there is none, or it cannot be read. */
  readonly text: string | undefined;
}

/** What became of one file: `large` is beyond a limit, `missing` not in the upload or damaged there. */
type Fate = Stored | "large" | "missing";

export interface PartFiles {
  readonly parsed: ParsedConversation;
  readonly find: FindAttached | undefined;
  readonly delivery: InHand;
}

interface Options {
  readonly parlance: Parlance;
  readonly upload: UploadRow;
  readonly tell: (problem: ParseProblem) => void;
}

const isRejected = (error: unknown): error is ParlanceError =>
  error instanceof ParlanceError && error.kind === "rejected";

/** Between a message's place and the next one's, which is at least one further. */
const BESIDE = 0.5;

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** A file that stands in the message itself is found without looking. */
const fileOf = (attachment: Attachment, find: FindAttached | undefined) => {
  const { content, name } = attachment;
  return content === undefined
    ? find?.(attachment)
    : { path: name, size: content.length, bytes: () => once(content) };
};

interface NamedText {
  readonly name: string;
  readonly text: string;
}

/**
 * The message with the text of its files, where it stands for them. What people write stays as it is: the text of files beside it is
 * a message of its own after it; in a tree, where that would be a branch, formats tell files apart from words anyway.
 */
const withText = (
  message: MessageRow,
  { texts, isTree }: { readonly texts: readonly NamedText[]; readonly isTree: boolean },
): MessageRow[] => {
  const [first, ...more] = texts;
  if (first === undefined) return [message];
  const named = texts.map(({ name, text }) => `${name}\n\n${text}`);
  if (message.kind === "attachment") {
    // It consists of the files' names.
    const read = more.length === 0 ? [first.text] : named;
    return [{ ...message, text: [message.text, ...read].join("\n\n") }];
  }
  if (isTree || message.kind !== "text") return [message];
  const beside: MessageRow = {
    ...message,
    id: messageIdBySource(digest, message.conversation_id, `files of ${message.id}`),
    source_id: null,
    reply_to_id: message.id,
    position: message.position + BESIDE,
    kind: "attachment",
    text: named.join("\n\n"),
    attachments: null,
  };
  return [message, beside];
};

/** Keeps the files of the messages of one upload, in one attempt to read it. */
export const openAttachments = ({ parlance, upload, tell }: Options) => {
  const { blobs, space, config } = parlance;
  const { maxBytes, maxBytesTogether } = config.attachments;
  const prefix = attachmentPrefix(upload.id);
  const documents = openDocumentReader();
  let bytes = upload.attachment_bytes;
  /** Of stored files, so that one under two names counts once, in whichever attempt it was stored. */
  const keys = new Set<string>();
  let areKeysRead = false;
  /** Sizes of those that were stored first for the part in hand, by key. */
  let fresh = new Map<string, number>();
  /** Files that several messages have are stored once. */
  const known = new Map<string, Fate>();

  /** Stores a file, and reads its text where it may have some. */
  const store = async (file: AttachedFile, delivery: InHand): Promise<Stored> => {
    let pieces: Uint8Array[] = [];
    let head: Buffer = Buffer.alloc(0);
    const heard = async function* () {
      pieces = [];
      head = Buffer.alloc(0);
      for await (const piece of file.bytes()) {
        delivery.signal.throwIfAborted();
        if (head.length < MEDIA_BYTES)
          head = Buffer.concat([head, piece.subarray(0, MEDIA_BYTES - head.length)]);
        if (mayHoldText(mediaTypeOf(head), file.size)) pieces.push(Buffer.from(piece));
        yield piece;
      }
    };
    const put = await untilRoom({ space, delivery }, () =>
      blobs.put(prefix, heard(), { maxBytes, expectedBytes: file.size, signal: delivery.signal }),
    );
    const type = mediaTypeOf(head);
    const document = { bytes: Buffer.concat(pieces), mediaType: type };
    const read = await documents.read(document, delivery.signal);
    delivery.signal.throwIfAborted();
    if (read.kind === "failed")
      tell({
        code: "unread-document",
        place: file.path,
        reason: "The text of this document could not be read. The document itself is kept.",
        count: 1,
      });
    return {
      media_type: type,
      size: put.size,
      sha256: put.sha256,
      blob_key: put.key,
      text: read.kind === "text" ? normaliseText(read.text) : undefined,
    };
  };

  const keep = async (attachment: Attachment, of: PartFiles): Promise<Fate> => {
    const file = fileOf(attachment, of.find);
    if (file === undefined) return "missing";
    const isInside = attachment.content === undefined;
    const before = isInside ? known.get(file.path) : undefined;
    if (before !== undefined) return before;
    const fate = await attempt(file, of.delivery);
    // Texts are not held for as long as an upload is read: a document that several messages have is read again.
    if (isInside && (typeof fate === "string" || fate.text === undefined))
      known.set(file.path, fate);
    return fate;
  };

  const attempt = async (file: AttachedFile, delivery: InHand): Promise<Fate> => {
    if (file.size > maxBytes || bytes + file.size > maxBytesTogether) return "large";
    try {
      const stored = await store(file, delivery);
      if (!keys.has(stored.blob_key)) {
        bytes += stored.size;
        fresh.set(stored.blob_key, stored.size);
      }
      keys.add(stored.blob_key);
      return stored;
    } catch (error) {
      if (!isRejected(error)) throw error;
      if (error.code === "upload-too-large") return "large";
      const { path: place } = file;
      tell({ code: "damaged-attachment", place, reason: error.message, count: 1 });
      return "missing";
    }
  };

  return {
    /** @returns the part with what became of the files of its messages */
    async keep(part: ResolvedPart, of: PartFiles): Promise<ResolvedPart> {
      const kept: Kept[] = [];
      const messages: MessageRow[] = [];
      const not = { large: 0, missing: 0 };
      fresh = new Map();
      if (!areKeysRead)
        for (const key of await attachmentKeysOf(parlance.store.rows, upload.id)) keys.add(key);
      areKeysRead = true;
      for (const [at, message] of part.messages.entries()) {
        const texts: NamedText[] = [];
        for (const [place, attachment] of (of.parsed.messages[at]?.attachments ?? []).entries()) {
          const fate = await keep(attachment, of);
          if (typeof fate === "string") {
            not[fate] += 1;
            continue;
          }
          const { text, ...stored } = fate;
          if (text !== undefined) texts.push({ name: attachment.name, text });
          kept.push({
            id: attachmentId(digest, { upload: upload.id, message: message.id, place }),
            collection_id: upload.collection_id,
            upload_id: upload.id,
            message_id: message.id,
            place,
            name: attachment.name,
            ...stored,
          });
        }
        messages.push(...withText(message, { texts, isTree: part.conversation.tree === 1 }));
      }
      return { ...part, messages, attachments: { kept, stored: fresh, ...not } };
    },
    /** Nothing more is read. */
    [Symbol.asyncDispose]: () => documents[Symbol.asyncDispose](),
  };
};

/** Files of messages that were kept while their upload was erased: the erasure has removed those that were there before. */
export const dropAttachments = async ({ store, blobs }: Parlance, id: UploadId): Promise<void> => {
  const row = await findUpload(store.rows, id);
  if (row === undefined || row.state === "erasing") await blobs.removeAll(attachmentPrefix(id));
};
