// Builders for tests of chunking: messages and options with defaults.
import { createHash } from "node:crypto";
import {
  collectionId,
  conversationId,
  type Digest,
  messageIdBySource,
} from "#services/domain/ids.ts";
import { millis } from "#services/domain/units.ts";
import type { ChunkableMessage, ChunkOptions } from "./chunk.ts";

const digest: Digest = (text) => createHash("sha256").update(text).digest("hex").slice(0, 32);

const conversation = conversationId(digest, collectionId("test0000"), "openai", "c1");

export const messageKey = (key: string) => messageIdBySource(digest, conversation, key);

export const aMessage = (
  key: string,
  text: string,
  rest: Partial<ChunkableMessage> = {},
): ChunkableMessage => ({
  id: messageKey(key),
  parent: null,
  author: "ada",
  role: "person",
  kind: "text",
  at: millis(0),
  text,
  ...rest,
});

/** Words and punctuation marks are tokens, plus two special tokens. */
export const countTokens = (text: string): number =>
  (text.match(/[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? []).length + 2;

export const options = (rest: Partial<ChunkOptions> = {}): ChunkOptions => ({
  conversation,
  source: "openai",
  channel: null,
  digest,
  countTokens,
  maxTokens: 24,
  overlapTokens: 6,
  ...rest,
});
