// Whether a file is a chat exported as text, and by which program.
import { speakersIn } from "./speaker.ts";
import { type Stamp, stampOf } from "./stamp.ts";

/** Lines that are looked at. */
const LOOKED_AT = 300;
/** The end of the message that a file cut in pieces begins with. */
const MOST_BEFORE = 20;
/** Of the lines with a time, so many must have a speaker; new groups begin with many lines without one. */
const LEAST_SPOKEN = 0.3;

/** Logs of programs write times in brackets too, and a level where a speaker stands. */
const level =
  /(?:^|[\s.[(])(?:error|warn|warning|info|debug|notice|critical|alert|emergency|trace|fatal)\]?$/i;
/** Programs are called so in their logs; hardly ever is everybody in a chat. */
const program = /^[a-z][\w./-]*(?:\[\d+\])?$/;
/** What IRC writes after the time. */
const ircRest = /^(?:<[^<>\s]{1,64}> |\* \S|-!-|\*\*\*|-->|<--)/;

const isOwnLayout = ({ layout }: Stamp): boolean => {
  // Phones that write the year first put brackets around a time with seconds.
  const [bracket] = layout.split(" ");
  return !layout.includes("year first") || !layout.includes("seconds") || bracket === "[";
};

/** Times in brackets with the year first and without seconds: of tools that write Signal's messages down. */
const isSignal = ({ layout }: Stamp): boolean =>
  layout.startsWith("[ - year first") && !layout.includes("seconds");

/** @param head the file's beginning; @returns undefined where it is none */
export const textChatIn = (head: string): "whatsapp" | "signal" | undefined => {
  const lines = head.slice(0, 128 * 1024).split(/\r?\n/, LOOKED_AT);
  const first = lines
    .slice(0, MOST_BEFORE)
    .map(stampOf)
    .find((stamp) => stamp !== undefined);
  if (!first || !isOwnLayout(first)) return undefined;
  const rests = lines.flatMap((line) => {
    const stamp = stampOf(line);
    return stamp?.layout === first.layout ? [stamp.rest] : [];
  });
  const spoken = speakersIn(rests).filter((author) => author !== null);
  const strange =
    spoken.filter((author) => level.test(author)).length +
    rests.filter((rest) => ircRest.test(rest)).length;
  if (spoken.length === 0 || strange > rests.length / 3) return undefined;
  const isMarked = /\u200e|WhatsApp/.test(head);
  if (spoken.length < rests.length * LEAST_SPOKEN && !isMarked) return undefined;
  // Logs begin with the year, phones in few countries do; a chat in which one alone speaks begins with a notice of the phone's.
  const isOne = new Set(spoken).size === 1;
  const arePrograms =
    (first.layout.includes("year first") || isOne) && spoken.every((one) => program.test(one));
  if (arePrograms && !isMarked) return undefined;
  return isSignal(first) ? "signal" : "whatsapp";
};
