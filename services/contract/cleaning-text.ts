// Cleaning rules as a line of text: "email=mask,token=refuse,leave-out=bots+code". What is not named stays as it is.
import { z } from "zod";
import {
  type CleaningRules,
  foundActions,
  foundKinds,
  type LeftOutReason,
  leftOutReasons,
} from "#services/domain/cleaning.ts";
import { rejected } from "#services/domain/errors.ts";

const kind = z.enum(foundKinds);
const action = z.enum(foundActions);
const reason = z.enum(leftOutReasons);

const misread = (why: string) =>
  rejected(`The rules cannot be read: ${why}.`, {
    code: "bad-rules",
    hint: `Write them as in email=mask,token=refuse,leave-out=bots+code. Kinds: ${foundKinds.join(", ")}; each is ${foundActions.join(", ")}. leave-out: ${leftOutReasons.join(", ")}, or none.`,
  });

const leaveOutOf = (names: string): CleaningRules["leaveOut"] => {
  const chosen: LeftOutReason[] = [];
  for (const name of names === "none" || names === "" ? [] : names.split("+")) {
    const known = reason.safeParse(name.trim());
    if (!known.success) throw misread(`“${name}” is nothing that can be left out`);
    chosen.push(known.data);
  }
  return {
    kinds: chosen.filter((one) => one === "attachment" || one === "thinking" || one === "tool"),
    bots: chosen.includes("bots"),
    quotes: chosen.includes("quotes"),
    code: chosen.includes("code"),
  };
};

/** @throws ParlanceError rejected `bad-rules` */
export const rulesOfText = (text: string, before: CleaningRules): CleaningRules => {
  let rules = before;
  for (const part of text.split(",")) {
    const [name = "", value = "", ...more] = part.split("=").map((one) => one.trim());
    if (more.length > 0 || value === "") throw misread(`“${part.trim()}” names no rule`);
    if (name === "leave-out") {
      rules = { ...rules, leaveOut: leaveOutOf(value) };
      continue;
    }
    const [known, does] = [kind.safeParse(name), action.safeParse(value)];
    if (!known.success) throw misread(`“${name}” is no kind`);
    if (!does.success) throw misread(`“${value}” is nothing that can be done`);
    rules = { ...rules, found: { ...rules.found, [known.data]: does.data } };
  }
  return rules;
};

/** The line of text that `rulesOfText` reads. */
export const textOfRules = ({ leaveOut, found }: CleaningRules): string => {
  const { bots, quotes, code } = leaveOut;
  const left = [
    ...leaveOut.kinds,
    ...(bots ? ["bots"] : []),
    ...(quotes ? ["quotes"] : []),
    ...(code ? ["code"] : []),
  ];
  return [
    `leave-out=${left.length === 0 ? "none" : left.join("+")}`,
    ...foundKinds.map((one) => `${one}=${found[one]}`),
  ].join(",");
};
