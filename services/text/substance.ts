// What a line in a channel says beyond good will: commands, addresses and statements help, rules of the channel and "no idea" do not. For English.
import { asks } from "./asks.ts";

export const address = /\b(?:https?:\/\/|www\.)\S/iu;
export const command =
  /`[^`]+`|```|(?:^|\s)(?:sudo|apt(?:-get)?|dpkg|npm|pip3?|git|docker|cd|ls|cat|grep|chmod|chown|mount|modprobe|systemctl|service)\s+\S|(?:^|\s)(?:\/(?:etc|usr|var|home|boot|dev|proc|opt)\/|~\/)\S|(?:^|\s)--?[a-z][\w-]+=?/iu;

/** Rules of a channel and of asking, mostly said by bots, which name no problem. */
const manners =
  /\b(?:(?:do(?:n['’]?t| not)|stop) (?:flood|ask to ask|paste|spam|cross-?post|repeat|use caps)|just ask|ask (?:your|the|a) (?:actual )?questions?|ask an actual question|simply ask|please be patient|have patience|be patient|only a bot|use (?:a )?paste ?bin|paste ?bin (?:it|the|that|your)|give us (?:more |full |some )?details|more (?:info(?:rmation)?|details)|netsplit|family friendly|watch your language|offtopic|off-topic|no need to (?:shout|yell)|channel is for|welcome to|please (?:see|check) (?:the |your )?(?:private|pm|msg|query))\b/iu;
/** A call of a bot; what it answers stands elsewhere. */
const botCall = /^\s*[!@~][\w+-]+(?:\s*[|>]\s*\S+)?\s*$/u;
const ignorance =
  /\b(?:(?:no|haven['’]?t (?:a|any)|not the (?:faintest|slightest)) (?:idea|clue)|i (?:do(?:n['’]?t| not)) (?:know|have|use|remember|think so)|dunno|idk|not sure|never (?:used|tried|heard|had)|beats me|can['’]?t help|cannot help|sorry,? (?:i|no|can)|wish i (?:knew|could)|someone else (?:may|might|will))\b/iu;

/** In a longer text such words stand beside an answer. */
const SHORT = 40;
const wordsIn = (text: string): number => text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
const isShort = (text: string): boolean => wordsIn(text) <= SHORT;

/** A line that only tells how to behave, or calls a bot. */
export const isManners = (text: string): boolean =>
  isShort(text) && (manners.test(text) || botCall.test(text));

/** A line whose author says that he does not know. */
export const isIgnorance = (text: string): boolean => isShort(text) && ignorance.test(text);

/** A question in return. */
export const asksBack = (text: string): boolean => isShort(text) && asks(text);

/** A remark of fewer words says nothing that helps ("yes you can", "depends on your card"), unless it is a command or an address. */
const FEWEST_WORDS = 7;

/**
 * What an answer is worth to somebody with the same problem: a way (a command or an address), a statement of some length, or a remark
 * ("which card?", "no idea", "see the rules").
 */
export type Substance = "way" | "statement" | "remark";

export const substanceOf = (text: string): Substance => {
  // Counted once: it takes as long as all the rest, and every search looks at dozens of answers.
  const words = wordsIn(text);
  const short = words <= SHORT;
  if (short && (manners.test(text) || botCall.test(text))) return "remark";
  if (command.test(text) || address.test(text)) return "way";
  if (short && (ignorance.test(text) || asks(text))) return "remark";
  return words >= FEWEST_WORDS ? "statement" : "remark";
};
