// Files that are chat logs by what exports call them: never files of a message, whatever a message says.

/** WhatsApp's log, or an export of it that is still packed. Its files come beside it, of which it says that they are no chats. */
const whatsapp = /(?:^|\/)(?:_chat|[^/]*whatsapp[^/]*)\.(?:txt|zip)$/i;

export const isWhatsappLog = (path: string): boolean => whatsapp.test(path);

const names = [
  // ChatGPT, Claude and DeepSeek; Open WebUI; Grok.
  /^(?:group_)?conversations(?:[-_]\d+)?\.jsonl?$/i,
  /^chat-export-\d+\.json$/i,
  /^prod-grok-backend\.json$/i,
  // Telegram; Matrix; Signal; Mattermost; Gemini.
  /^(?:result|export)\.json$/i,
  /^(?:main|import)\.jsonl$/i,
  /^myactivity\.(?:json|html)$/i,
  // Google Chat, Discord, Skype, Messenger and Zulip.
  /^messages?(?:[-_]\d+)?\.json$/i,
  // A channel of Discord's, as an exporter calls it; a day of Slack's, and a channel as Slackdump calls it.
  /\[\d{10,}\](?: \[part \d+\])?\.json$/,
  /^\d{4}-\d\d-\d\d\.json$/,
  /^[CDG][0-9A-Z]{8,}(?:-\d+\.\d+)?\.json(?:\.gz)?$/,
  /^rollout-.*\.jsonl$/i,
  /^kakaotalk.*\.(?:txt|csv)$/i,
  /^\[line\].*\.txt$/i,
  /\.mbox$/i,
];

/** @param path in an archive */
export const isLogName = (path: string): boolean => {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return isWhatsappLog(path) || names.some((one) => one.test(name));
};
