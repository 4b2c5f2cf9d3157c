// What a JSON record is, by its shape alone.
import type { SourceKind } from "#services/domain/conversation.ts";
import { isGeminiSession } from "./agents/gemini-cli.ts";
import { isProject } from "./claude-project.ts";
import { isCopilot } from "./copilot.ts";
import { isDeepseek } from "./deepseek.ts";
import { isDesignChat } from "./design-chat.ts";
import { isDiscord } from "./discord.ts";
import { isGoogleChat } from "./google/google-chat.ts";
import { isGrok } from "./grok.ts";
import { isLibrechat } from "./librechat.ts";
import { isMatrix } from "./matrix.ts";
import { isObject, type Json } from "./message.ts";
import { isMessenger } from "./messenger.ts";
import { isModelLog } from "./model-logs.ts";
import { isOpenai } from "./openai.ts";
import { isOpenwebui } from "./openwebui.ts";
import { isPerplexity } from "./perplexity.ts";
import { isSharegpt } from "./sharegpt.ts";
import { isSkype } from "./skype.ts";
import { isSlackMessage } from "./slack-message.ts";
import { isSlackDump } from "./slackdump/dump.ts";
import { isIntercom } from "./support/intercom.ts";
import { isZendesk } from "./support/zendesk.ts";
import { isTelegram } from "./telegram/telegram.ts";
import { isZulipMessage } from "./zulip-message.ts";

/** In this order: the first that fits is it. Shapes that are surest come first, lists of messages with a role last. */
const shapes: readonly (readonly [SourceKind, (record: Json) => boolean])[] = [
  ["deepseek", isDeepseek],
  ["chatgpt", (record) => isObject(record["mapping"])],
  ["claude", (record) => Array.isArray(record["chat_messages"])],
  ["claude", (record) => isDesignChat(record) || isProject(record)],
  ["skype", isSkype],
  ["discord", isDiscord],
  ["messenger", isMessenger],
  ["telegram", isTelegram],
  ["google-chat", isGoogleChat],
  ["matrix", isMatrix],
  ["slack", isSlackDump],
  ["gemini-cli", isGeminiSession],
  ["openwebui", isOpenwebui],
  ["librechat", isLibrechat],
  ["grok", isGrok],
  ["copilot", isCopilot],
  ["perplexity", isPerplexity],
  ["intercom", isIntercom],
  ["zendesk", isZendesk],
  ["openai", (record) => isOpenai(record) || isModelLog(record)],
  ["sharegpt", isSharegpt],
  ["zulip", isZulipMessage],
  ["slack", isSlackMessage],
];

/**
 * The format of a record that is one conversation (Slack's and Zulip's: one message, but a channel that Slackdump saved is one);
 * undefined where it is none that is known.
 */
export const shapeOf = (record: unknown): SourceKind | undefined =>
  isObject(record) ? shapes.find(([, fits]) => fits(record))?.[0] : undefined;
