// Results that Claude Code was given as files: the message says where the whole stands, and often how it begins.
// The three wordings are those of sessions that people show in public; the folder is beside the session's own file.
import type { Attachment } from "#services/domain/conversation.ts";

const saved =
  /^(?:<persisted-output>\s*)?(?:Output too large \([^)\n]{1,40}\)\. Full output saved to|Tool result saved to|Error: result \([^)\n]{1,40}\) exceeds maximum allowed tokens\. Output has been saved to):? ([^\n<]{1,1000}?\.(?:txt|json))(?=\.?(?:\s|<|$))/;

/** Of a path: the session's folder, `tool-results`, and the file. */
const PARTS = 3;

/** The file of a result, as it is called in an archive of the sessions; none where the result stands in the message. */
export const savedResult = (text: string): readonly Attachment[] => {
  const parts = saved.exec(text.slice(0, 2048))?.[1]?.split(/[/\\]/);
  const name = parts?.at(-1);
  if (parts === undefined || name === undefined || parts.at(-2) !== "tool-results") return [];
  return [{ name, mediaType: null, size: null, file: parts.slice(-PARTS).join("/") }];
};
