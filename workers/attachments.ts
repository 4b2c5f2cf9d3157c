// Files of messages: found in the upload, stored as files of it, and their text made that of the message that stands for them.

import type { Attachment, ParsedConversation } from "#services/domain/conversation.ts";
import { ParlanceError } from "#services/domain/errors.ts";
import {
  attachmentId,
  type MessageId,
  messageIdBySource,
  type UploadId,
} from "#services/domain/ids.ts";
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
  hasAttachment,
  type MessageRow,
  type UploadRow,
} from "#services/store/store.ts";
import { normaliseText } from "#services/text/text.ts";
import { openAttachmentRoom } from "./attachment-room.ts";
import { openDocumentTexts } from "./document-texts.ts";
import type { ResolvedPart } from "./resolve.ts";
import { type InHand, untilRoom } from "./stage.ts";

type Kept = BroughtAttachments["kept"][number];

/** A file once it is stored. */
interface Stored extends Pick<Kept, "media_type" | "size" | "sha256" | "blob_key"> {
  /** undefined where there is none, it cannot be read, or another message has it. */
  readonly text: string | undefined;
}

/** What became of one file: `large` is beyond a limit, `missing` not in the upload or damaged there. */
type Fate = Stored | "large" | "missing";

export interface PartFiles {
  readonly parsed: ParsedConversation;
  readonly find: FindAttached | undefined;
  readonly delivery: InHand;
}

/** Whose file it is. */
interface Owner {
  readonly message: MessageId;
  /** Keys of files whose text it has already. */
  readonly read: Set<string>;
  readonly delivery: InHand;
}

interface Options {
  readonly parlance: Parlance;
  readonly upload: UploadRow;
  readonly tell: (problem: ParseProblem) => void;
}

const isRejected = (error: unknown): error is ParlanceError =>
  error instanceof ParlanceError && error.kind === "rejected";

/** Of the archive as a whole: nothing more is unpacked of it. */
const isHostile = ({ code }: ParlanceError): boolean =>
  code === "archive-ratio" || code === "archive-too-large";

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
  const room = openAttachmentRoom(parlance, upload);
  let bytes = upload.attachment_bytes;
  /** Opened with the first file: it has to know what earlier attempts have stored. */
  let openedTexts: Promise<ReturnType<typeof openDocumentTexts>> | undefined;
  const texts = () => {
    const { rows } = parlance.store;
    openedTexts ??= attachmentKeysOf(rows, upload.id).then((stored) =>
      openDocumentTexts({
        stored,
        given: upload.document_characters,
        hasFile: (message, key) => hasAttachment(rows, { upload: upload.id, message, key }),
      }),
    );
    return openedTexts;
  };
  /** Sizes of those that were stored first for the part in hand, by key. */
  let fresh = new Map<string, number>();
  /** Files that several messages have are stored once. */
  const known = new Map<string, Fate>();

  /** Whether this message is to have the text of this file, and has it not yet. */
  const isTextOf = async (key: string, { message, read }: Owner): Promise<boolean> =>
    !read.has(key) && (await (await texts()).belongsTo(message, key));

  const tellOf = (code: string, { path: place }: AttachedFile, reason: string) =>
    tell({ code, place, reason, count: 1 });

  const textOf = async (
    file: AttachedFile,
    { key, ...document }: { readonly key: string; bytes: Uint8Array; mediaType: string },
    { read, delivery }: Owner,
  ): Promise<string | undefined> => {
    read.add(key);
    const answer = await documents.read(document, delivery.signal);
    delivery.signal.throwIfAborted();
    if (answer.kind === "failed")
      tellOf(
        "unread-document",
        file,
        "The text of this document could not be read. The document itself is kept.",
      );
    if (answer.kind !== "text") return undefined;
    const text = normaliseText(answer.text);
    if ((await texts()).give(key, text)) return text;
    tellOf(
      "too-many-documents",
      file,
      "This file has documents with more text than is read of one file. The document itself is kept.",
    );
    return undefined;
  };

  /** Stores a file, and reads its text where it may have some. */
  const store = async (file: AttachedFile, owner: Owner): Promise<Stored> => {
    const { delivery } = owner;
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
    const { key } = put;
    const mediaType = mediaTypeOf(head);
    if (!(await texts()).isStored(key)) {
      bytes += put.size;
      fresh.set(key, put.size);
    }
    const document = { key, bytes: Buffer.concat(pieces), mediaType };
    return {
      media_type: mediaType,
      size: put.size,
      sha256: put.sha256,
      blob_key: key,
      text: (await isTextOf(key, owner)) ? await textOf(file, document, owner) : undefined,
    };
  };

  const keep = async (attachment: Attachment, of: PartFiles, owner: Owner): Promise<Fate> => {
    const file = fileOf(attachment, of.find);
    if (file === undefined) return "missing";
    const isInside = attachment.content === undefined;
    const before = isInside ? known.get(file.path) : undefined;
    // Texts are not held for as long as an upload is read: for a message that an upload holds twice, its document is read again.
    const isReadAgain =
      typeof before === "object" &&
      mayHoldText(before.media_type, before.size) &&
      (await isTextOf(before.blob_key, owner));
    if (before !== undefined && !isReadAgain) return before;
    const fate = await attempt(file, owner);
    if (isInside)
      known.set(file.path, typeof fate === "string" ? fate : { ...fate, text: undefined });
    return fate;
  };

  const attempt = async (file: AttachedFile, owner: Owner): Promise<Fate> => {
    if (file.size > maxBytes || bytes + file.size > maxBytesTogether) return "large";
    if (!room.isEnoughFor(bytes + file.size)) {
      tellOf(
        "quota-used",
        file,
        "Your organization keeps as many bytes of files as it may. This file is not kept.",
      );
      return "large";
    }
    try {
      return await store(file, owner);
    } catch (error) {
      if (!isRejected(error) || isHostile(error)) throw error;
      if (error.code === "upload-too-large") return "large";
      tellOf("damaged-attachment", file, error.message);
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
      const before = (await texts()).characters;
      await room.ask();
      for (const [at, message] of part.messages.entries()) {
        const named: NamedText[] = [];
        const owner: Owner = { message: message.id, read: new Set(), delivery: of.delivery };
        for (const [place, attachment] of (of.parsed.messages[at]?.attachments ?? []).entries()) {
          const fate = await keep(attachment, of, owner);
          if (typeof fate === "string") {
            not[fate] += 1;
            continue;
          }
          const { text, ...stored } = fate;
          if (text !== undefined) named.push({ name: attachment.name, text });
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
        messages.push(...withText(message, { texts: named, isTree: part.conversation.tree === 1 }));
      }
      const characters = (await texts()).characters - before;
      return { ...part, messages, attachments: { kept, stored: fresh, characters, ...not } };
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
