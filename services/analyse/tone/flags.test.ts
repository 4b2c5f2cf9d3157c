// Tests of flags, each with similar texts that must not be flagged.
import { describe, expect, it } from "vitest";
import { flagBits } from "#services/analyse/frame/frame-columns.ts";
import { flagsOf } from "./flags.ts";

const refuses = (text: string) => (flagsOf(text, { role: "assistant" }) & flagBits.refusal) !== 0;
const frustrates = (text: string, before: string | null = null) =>
  (flagsOf(text, { role: "user", before }) & flagBits.frustration) !== 0;
const asks = (text: string) => (flagsOf(text, { role: "person" }) & flagBits.question) !== 0;

describe("a refusal", () => {
  it.each([
    "I'm sorry, but I can't help with that.",
    "I’m sorry, but I cannot assist you with that request.",
    "As an AI language model, I cannot predict the future of this stock.",
    "I won't be able to provide instructions for that.",
    "I must decline to write this.",
    "That goes against my guidelines, so let's talk about something else.",
    "This is not something I'm able to do.",
    "I am not able to access external websites.",
    "Es tut mir leid, aber dabei kann ich dir leider nicht helfen.",
    "Ich kann diese Informationen nicht bereitstellen.",
    "Je suis désolé, mais je ne peux pas vous aider avec cette demande.",
    "Lo siento, pero no puedo ayudarte con eso.",
    "Mi dispiace, ma non posso aiutarti con questa richiesta.",
    "Desculpe, mas não posso ajudar com isso.",
    "Sorry, maar ik kan je daar niet bij helpen.",
  ])("is seen: %s", (text) => {
    expect(refuses(text)).toBe(true);
  });

  it.each([
    "I can't see any error in this code, it looks right.",
    "I can help with that! First, open the settings.",
    "You can't help everyone, and that is fine.",
    "Sorry, I couldn't find a restaurant at that time. Shall I try another?",
    "I'm sorry to hear that. Here is what you can do.",
    "I cannot recommend this book enough.",
    "The kernel cannot provide more memory than the machine has.",
    "I don't know which version you use. Could you tell me?",
    `Here is the letter you asked for. ${"It goes on for a while. ".repeat(20)} I cannot help you with the rent any more, yours, Ann.`,
    "Ich kann dir gerne helfen.",
    "Puedo ayudarte con eso.",
    "I can't help you until you tell me the order number.",
  ])("is none: %s", (text) => {
    expect(refuses(text)).toBe(false);
  });

  it("is flagged for assistants only", () => {
    expect(flagsOf("I'm sorry, I can't help with that.", { role: "person" })).toBe(0);
    expect(flagsOf("I can't help with that. What else?", { role: "system" })).toBe(0);
  });
});

describe("frustration", () => {
  it.each([
    "that's wrong again",
    "No, that's not what I asked for!",
    "It still doesn't work",
    "you're not listening to me",
    "How many times do I have to say it",
    "I already told you the date",
    "this is so frustrating",
    "WHY DOES THIS NOT WORK AT ALL",
    "stop apologizing and answer",
    "Das ist schon wieder falsch",
    "es funktioniert immer noch nicht",
    "ce n'est pas ce que j'ai demandé",
    "sigue sin funcionar, estoy harto",
    "Ancora sbagliato!",
    "errado de novo",
    "het werkt nog steeds niet",
  ])("is seen: %s", (text) => {
    expect(frustrates(text)).toBe(true);
  });

  it.each([
    "What is wrong with this sentence?",
    "My printer does not work, what can I do?",
    "Is this right or wrong?",
    "Write a story about a frustrated teacher",
    "I already told my boss about it, please draft a mail to her",
    "Could you do that again?",
    "Try again with the second file",
    "NASA and ESA, please",
    "USE SQL",
    "yes please",
    "I want to give up smoking. Any advice?",
    "Das Wort ist falsch geschrieben, bitte korrigieren.",
    "No, thanks, that's all.",
  ])("is none: %s", (text) => {
    expect(frustrates(text)).toBe(false);
  });

  it("includes saying the same again, but not agreeing twice", () => {
    const wish = "Please list all rivers of Norway longer than 200 km";
    expect(frustrates(`${wish}!`, wish)).toBe(true);
    expect(frustrates("Please list all lakes of Sweden deeper than 90 m", wish)).toBe(false);
    expect(frustrates("yes please", "yes please")).toBe(false);
  });

  it("is flagged for users only", () => {
    expect(flagsOf("that's wrong again", { role: "person" })).toBe(0);
    expect(flagsOf("that's wrong again", { role: "assistant" })).toBe(0);
  });
});

describe("a question", () => {
  it.each([
    "Where is it?",
    "how do I mount a drive",
    "does anyone know this",
    "Wie geht das?",
    "どこですか？",
    "(really?)",
  ])("is seen: %s", (text) => {
    expect(asks(text)).toBe(true);
  });

  it.each(["see http://a.example/?q=1&b=2", "I know how to do it", "What a day!", "thanks"])(
    "is none: %s",
    (text) => {
      expect(asks(text)).toBe(false);
    },
  );
});

describe("finding flags", () => {
  it("is fast for hostile texts", () => {
    for (const part of [
      "ich kann ",
      "i am ",
      "je ne peux pas ",
      "sorry but i ",
      "A ",
      "you keep ",
      "'",
    ])
      for (const role of ["user", "assistant"] as const) {
        const start = performance.now();
        flagsOf(part.repeat(5000), { role, before: part.repeat(5000) });
        expect(performance.now() - start).toBeLessThan(500);
      }
  });
});
