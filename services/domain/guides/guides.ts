// The guides to all formats that are read: how to get an export, what is kept of it, what is not. Lists of formats, help texts and the page of formats come from here.
import { assistantGuides } from "./assistants.ts";
import { chatAppGuides } from "./chat-apps.ts";
import { codingAgentGuides } from "./coding-agents.ts";
import { dataGuides } from "./data.ts";
import { type FormatFamily, type FormatGuide, formatFamilies } from "./guide.ts";
import { workGuides } from "./work.ts";

/** By family, in the order in which they are shown. */
export const guides: readonly FormatGuide[] = [
  ...assistantGuides,
  ...codingAgentGuides,
  ...chatAppGuides,
  ...workGuides,
  ...dataGuides,
];

/** The guide to a format; undefined where there is none of that name. */
export const guideTo = (source: string): FormatGuide | undefined =>
  guides.find((guide) => guide.source === source);

const plain = (text: string): string => text.toLowerCase();

/** Guides whose format, name or files have all of these words. */
export const guidesWith = (words: string): readonly FormatGuide[] => {
  const wanted = plain(words).split(/\s+/u).filter(Boolean);
  return guides.filter(({ source, family, name, accepts, steps }) => {
    const text = plain([source, family, name, accepts, ...steps].join(" "));
    return wanted.every((word) => text.includes(word));
  });
};

/** Guides by family; families without any are left out. */
export const byFamily = (
  some: readonly FormatGuide[],
): readonly (readonly [FormatFamily, readonly FormatGuide[]])[] =>
  formatFamilies
    .map((family) => [family, some.filter((guide) => guide.family === family)] as const)
    .filter(([, members]) => members.length > 0);
