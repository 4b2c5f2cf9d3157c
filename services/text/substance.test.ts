// Tests of what a line says: ways, statements, remarks.
import { expect, it } from "vitest";
import { substanceOf } from "./substance.ts";

it.each([
  "sudo apt-get -f install",
  "see https://help.example.org/Printers",
  "edit /etc/default/grub and then run the updater",
])("takes a command or an address for a way: %s", (text) => {
  expect(substanceOf(text)).toBe("way");
});

it.each([
  "open the network settings and choose the manual method there",
  "the driver of that card was broken until the last kernel",
])("takes a longer sentence for a statement: %s", (text) => {
  expect(substanceOf(text)).toBe("statement");
});

it.each([
  "which card do you have in that machine, exactly?",
  "I have no idea how this is done on that release",
  "please don't flood, use http://paste.example.org to paste",
  "!nvidia | anna",
  "yes you can",
  "just ask your question and somebody who knows will answer",
])("takes questions in return, ignorance and rules for remarks: %s", (text) => {
  expect(substanceOf(text)).toBe("remark");
});

it("does not look for such words in a long text", () => {
  const text = `For more information call us. ${"The treatment depends on the cause and takes some weeks. ".repeat(6)}`;
  expect(substanceOf(text)).toBe("statement");
});
