// Tests of detecting languages: clear sentences, short texts, an author's usual language.
import { describe, expect, it } from "vitest";
import { languageOf, openLanguageDetector } from "./language.ts";

describe("languageOf", () => {
  it.each([
    ["How can I install this program?", "en"],
    ["Wie kann ich das Programm installieren?", "de"],
    ["Comment installer ce logiciel sur mon ordinateur ?", "fr"],
    ["¿Cómo puedo instalar este programa?", "es"],
    ["これは日本語です。", "ja"],
    ["안녕하세요 반갑습니다", "ko"],
    ["你好，今天天气很好", "zh"],
    ["Как установить эту программу?", "ru"],
  ])("reads %j as %s", (text, language) => {
    expect(languageOf(text)).toBe(language);
  });

  it.each(["", "ok", "lol :)", "/etc/apt/sources.list", "1234567890 1234567890 1234"])(
    "does not guess at %j",
    (text) => {
      expect(languageOf(text)).toBeNull();
    },
  );
});

describe("openLanguageDetector", () => {
  it("remembers an author's language and notices another script", () => {
    const detect = openLanguageDetector();
    const german = "Wie kann ich das Programm installieren?";
    expect([detect(german, "eva"), detect(german, "eva")]).toEqual(["de", "de"]);
    expect(detect("apt-get upgrade gnome firefox", "eva")).toBe("de");
    expect(detect("これは日本語です。", "eva")).toBe("ja");
    expect(detect("ok", "eva")).toBeNull();
  });
});
