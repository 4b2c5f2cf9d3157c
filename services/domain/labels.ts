// Names of sources and roles as people read them, beside the ones that are stored and sent.

const sources: ReadonlyMap<string, string> = new Map([
  ["chatgpt", "ChatGPT"],
  ["claude", "Claude"],
  ["deepseek", "DeepSeek"],
  ["claude-code", "Claude Code"],
  ["codex", "Codex"],
  ["gemini-cli", "Gemini CLI"],
  ["openwebui", "Open WebUI"],
  ["librechat", "LibreChat"],
  ["grok", "Grok"],
  ["gemini", "Gemini"],
  ["perplexity", "Perplexity"],
  ["copilot", "Copilot in VS Code"],
  ["cursor", "Cursor"],
  ["slack", "Slack"],
  ["openai", "Model log"],
  ["sharegpt", "ShareGPT"],
  ["irc", "IRC"],
  ["whatsapp", "WhatsApp"],
  ["signal", "Signal"],
  ["telegram", "Telegram"],
  ["discord", "Discord"],
  ["messenger", "Messenger, Instagram"],
  ["mattermost", "Mattermost"],
  ["zulip", "Zulip"],
  ["skype", "Skype, Teams"],
  ["google-chat", "Google Chat"],
  ["matrix", "Matrix"],
  ["rocketchat", "Rocket.Chat"],
  ["line", "LINE"],
  ["kakaotalk", "KakaoTalk"],
  ["intercom", "Intercom"],
  ["zendesk", "Zendesk"],
  ["mail", "Mail"],
  ["transcript", "Transcript"],
  ["table", "Table"],
  ["captions", "Captions"],
  ["live", "Live"],
]);

/** "chatgpt" → "ChatGPT"; a source that is not known keeps its name. */
export const sourceLabel = (source: string | null): string =>
  source === null ? "Unknown" : (sources.get(source) ?? source);

const roles: ReadonlyMap<string, string> = new Map([
  ["user", "User"],
  ["assistant", "Assistant"],
  ["system", "System"],
  ["tool", "Tool"],
  ["person", "Person"],
]);

/** "user" → "User"; a role that is not known keeps its name. */
export const roleLabel = (role: string): string => roles.get(role) ?? role;
