// Real questions and the collections that they are asked of; none of the questions is itself in its collection.
import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import { haveIrcArchive, ircArchivePath } from "../irc-archive.ts";
import { sharedLines } from "../shared-lines.ts";
import { haveMedicalQa, readMedicalQa } from "./medical-qa.ts";
import type { EvalDocument } from "./question-set.ts";

export interface AskedSet {
  readonly name: string;
  readonly documents: readonly EvalDocument[];
  readonly questions: readonly string[];
}

const data = join(import.meta.dirname, "..", "..", "..", "..", "shared", "data");

/** Questions as people type them into a search box: sentences, a few words, one word, codes, names, mistakes, other languages. */
const typed = [
  "how do i fix wireless after upgrade",
  "nvidia black screen",
  "how to mount an ntfs partition",
  "sound stopped working after update",
  "flash player firefox",
  "how do I install java",
  "dual boot windows grub missing",
  "apt-get could not get lock",
  "which desktop is better gnome or kde",
  "how to change screen resolution",
  "wpa_supplicant",
  "printer not detected",
  "usb stick is read only",
  "vnc remote desktop",
  "encrypt home directory",
  "broken packages dpkg",
  "libdvdcss2",
  "xorg.conf",
  "/etc/fstab",
  "error 17 grub",
  "kernel panic",
  "upgrade from hardy to intrepid",
  "8.04",
  "bluetooth headset",
  "how can I see which process uses a port",
  "swap partition size",
  "wireles drivers",
  "how to uninstall a programm",
  "ati catalyst drivers",
  "samba share permissions",
  "ssh connection refused",
  "burn an iso to a cd",
  "physician",
  "pulseaudio",
  "how do I become root",
  "cannot boot",
  "cron job every hour",
  "unity or gnome shell",
  "laptop overheating",
  "wie installiere ich ubuntu",
] as const;

const HELD_OUT_EVERY = 6;

const ircDays = async (): Promise<{ name: string; texts: string[] }[]> => {
  const days: { name: string; texts: string[] }[] = [];
  const archive = createReadStream(ircArchivePath).pipe(createGunzip()).pipe(extract());
  for await (const entry of archive) {
    const parts: Buffer[] = [];
    for await (const part of entry) parts.push(part as Buffer);
    const texts = Buffer.concat(parts)
      .toString("utf8")
      .split("\n")
      .flatMap((line) => /^\[\d\d:\d\d\] <[^>]+> (.*\S)/u.exec(line)?.[1] ?? []);
    days.push({ name: entry.header.name, texts });
  }
  return days;
};

/** So many, evenly spread. */
const spread = <T>(all: readonly T[], count: number): T[] =>
  Array.from({ length: count }, (_, at) => all[Math.floor((at * all.length) / count)]).filter(
    (one) => one !== undefined,
  );

const isQuestion = (text: string): boolean => {
  const words = text.split(/\s+/u).length;
  return text.endsWith("?") && words >= 4 && words <= 20 && !/^\S+[:,]\s|\w+:\S/u.test(text);
};

/** Five of six days are the collection; questions of the others are asked of it. */
const ircSet = async (): Promise<AskedSet> => {
  const days = await ircDays();
  const isAsked = (at: number) => at % HELD_OUT_EVERY === 0;
  const asked = days.filter((_, at) => isAsked(at)).flatMap(({ texts }) => texts);
  return {
    name: "IRC archive",
    documents: days
      .filter((_, at) => !isAsked(at))
      .flatMap(({ name, texts }) =>
        texts.map((text, at): EvalDocument => ({ id: `${name}#${at}`, messages: [text] })),
      ),
    questions: [...typed, ...spread(asked.filter(isQuestion), 60)],
  };
};

interface Dialogue {
  readonly id: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

/** First sentences of users in one part of the set, asked of the dialogues of the other. */
const dialogueSet = (): AskedSet => ({
  name: "SGD dialogues",
  documents: sharedLines<Dialogue>("dialogues/sgd-dev.jsonl.gz").map(({ id, messages }) => ({
    id,
    messages: messages.map(({ content }) => content).filter((content) => content.trim() !== ""),
  })),
  questions: spread(
    sharedLines<Dialogue>("dialogues/sgd-test.jsonl.gz").flatMap(
      ({ messages }) => messages.find(({ role }) => role === "user")?.content ?? [],
    ),
    30,
  ),
});

/** Every twentieth utterance is asked of the others. */
const intentSet = (): AskedSet => {
  const texts = sharedLines<{ text: string }>("intents/clinc150.jsonl.gz").map(({ text }) => text);
  return {
    name: "CLINC150 utterances",
    documents: texts
      .filter((_, at) => at % 20 !== 0)
      .map((text, at) => ({ id: `utterance ${at}`, messages: [text] })),
    questions: spread(
      texts.filter((_, at) => at % 20 === 0),
      30,
    ),
  };
};

const medicalSet = (): AskedSet[] =>
  readMedicalQa()
    .filter(({ name }) => name === "LiveQA, summary")
    .map(({ documents, questions }) => ({
      name: "MedQuAD answers",
      documents,
      questions: spread(
        questions.map(({ text }) => text),
        40,
      ),
    }));

/** The sets whose data are there: with all of them, 200 questions of four collections. */
export const readAskedSets = async (): Promise<AskedSet[]> => [
  ...(haveIrcArchive() ? [await ircSet()] : []),
  ...(existsSync(join(data, "dialogues")) ? [dialogueSet()] : []),
  ...(existsSync(join(data, "intents")) ? [intentSet()] : []),
  ...(haveMedicalQa() ? medicalSet() : []),
];
