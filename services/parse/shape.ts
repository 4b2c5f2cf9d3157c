// What a JSON record is, by its shape alone.
import type { SourceKind } from "#services/domain/conversation.ts";
import { isGeminiSession } from "./agents/gemini-cli.ts";
import { isProject } from "./claude-project.ts";
import { isDeepseek } from "./deepseek.ts";
import { isDesignChat } from "./design-chat.ts";
import { isDiscord } from "./discord.ts";
import { isGrok } from "./grok.ts";
import { isLibrechat } from "./librechat.ts";
import { isObject } from "./message.ts";
import { isMessenger } from "./messenger.ts";
import { isModelLog } from "./model-logs.ts";
import { isOpenai } from "./openai.ts";
import { isOpenwebui } from "./openwebui.ts";
import { isSharegpt } from "./sharegpt.ts";
import { isSlackMessage } from "./slack-message.ts";
import { isTelegram } from "./telegram/telegram.ts";
import { isZulipMessage } from "./zulip-message.ts";

/** The format of a record that is one conversation (Slack's: one message); undefined where it is none that is known. */
export const shapeOf = (record: unknown): SourceKind | undefined => {
  if (!isObject(record)) return undefined;
  if (isDeepseek(record)) return "deepseek";
  if (isObject(record["mapping"])) return "chatgpt";
  if (Array.isArray(record["chat_messages"])) return "claude";
  if (isDesignChat(record) || isProject(record)) return "claude";
  if (isDiscord(record)) return "discord";
  if (isMessenger(record)) return "messenger";
  if (isTelegram(record)) return "telegram";
  if (isGeminiSession(record)) return "gemini-cli";
  if (isOpenwebui(record)) return "openwebui";
  if (isLibrechat(record)) return "librechat";
  if (isGrok(record)) return "grok";
  if (isOpenai(record) || isModelLog(record)) return "openai";
  if (isSharegpt(record)) return "sharegpt";
  if (isZulipMessage(record)) return "zulip";
  return isSlackMessage(record) ? "slack" : undefined;
};
