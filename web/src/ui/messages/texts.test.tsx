// @vitest-environment happy-dom
// How messages are drawn: safe Markdown, plain text with safe links, marks on search words.
import { MantineProvider } from "@mantine/core";
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { questionWords } from "../../shape/texts/question-words.ts";
import { MarkdownText } from "./markdown-text.tsx";
import { PlainText } from "./plain-text.tsx";
import { SegmentedText } from "./segmented-text.tsx";

afterEach(cleanup);

describe("an assistant's markdown", () => {
  it("has links without a referrer, to safe addresses only", () => {
    render(
      <MarkdownText text="[docs](https://example.org/x) [bad](javascript:alert(1))" words={[]} />,
    );
    const links = screen.getAllByRole("link");
    expect(links.map((link) => link.textContent)).toEqual(["docs"]);
    expect(links[0]?.getAttribute("rel")).toBe("noopener noreferrer nofollow");
    expect(screen.getByText(/bad/)).toBeTruthy();
  });

  it("draws no element for raw HTML, and images as links", () => {
    const { container } = render(
      <MarkdownText
        text={
          "<script>alert(1)</script><img src=x onerror=alert(1)>\n\n![a cat](https://example.org/cat.png)"
        }
        words={[]}
      />,
    );
    expect(container.querySelector("script, img, iframe")).toBeNull();
    expect(screen.getByRole("link", { name: "a cat" }).getAttribute("href")).toBe(
      "https://example.org/cat.png",
    );
  });

  it("marks the search words, in code too", () => {
    const { container } = render(
      <MarkdownText text={"Use **grub** and `grub-install`."} words={questionWords("grub")} />,
    );
    const marks = [...container.querySelectorAll("mark")].map((mark) => mark.textContent);
    expect(marks).toEqual(["grub", "grub"]);
  });
});

describe("plain text", () => {
  it("shows markup as text and makes links of URLs", () => {
    const { container } = render(
      <PlainText text={"<b>see</b> https://example.org, ok"} words={questionWords("ok")} />,
    );
    expect(container.textContent).toBe("<b>see</b> https://example.org, ok");
    expect(container.querySelector("b")).toBeNull();
    expect(screen.getByRole("link").getAttribute("href")).toBe("https://example.org");
    expect(container.querySelector("mark")?.textContent).toBe("ok");
  });
});

describe("a hit's text", () => {
  it("marks words and underlines the closest sentence", () => {
    const { container } = render(
      <MantineProvider>
        <SegmentedText
          text="It fails. Boot it."
          marks={[{ start: 10, end: 14 }]}
          closest={{ start: 10, end: 18 }}
        />
      </MantineProvider>,
    );
    expect(container.querySelector("mark")?.textContent).toBe("Boot");
    expect([...container.querySelectorAll(".near")].map((near) => near.textContent).join("")).toBe(
      "Boot it.",
    );
  });
});
