// What axe finds on a page: all rules that it runs by default, its best practices included.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";
import type { AxeResults } from "axe-core";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// axe asks what lies at a place on the screen, and what is not laid out yet is at none; it reads colours as they are at the
// moment, and a page that fades in is between two.
const still =
  "* { content-visibility: visible !important; transition: none !important; animation: none !important }";

const options = {
  // What passes is not described: that takes longer than to look.
  resultTypes: ["violations"],
  // The rule about what plays by itself asks for what is played; the style sheets that axe would fetch and read again are for a rule
  // that is off by default.
  preload: { assets: ["media"] },
};

/** Each violation as its rule and the element; none where the page is as it should be. The page has no frames. */
export const violationsOn = async (page: Page): Promise<string[]> => {
  // Once for each document: to read its half a million characters takes as long as to look at a small page.
  if (!(await page.evaluate<boolean>("typeof axe === 'object'"))) {
    await page.addStyleTag({ content: still });
    await page.evaluate(source);
  }
  const { violations } = await page.evaluate<AxeResults>(
    `axe.run(document, ${JSON.stringify(options)})`,
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
};
