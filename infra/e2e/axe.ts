// What axe finds on a page: all rules that it runs by default, its best practices included.
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";

/** Each violation as its rule and the element; none where the page is as it should be. */
export const violationsOn = async (page: Page): Promise<string[]> => {
  // axe asks what lies at a place on the screen, and what is not laid out yet is at none; it reads colours as they are at the
  // moment, and a page that fades in is between two.
  const still = "transition: none !important; animation: none !important";
  await page.addStyleTag({ content: `* { content-visibility: visible !important; ${still} }` });
  // In the page itself: otherwise axe opens another page each time to put its results together, for frames, of which there are none.
  // What passes is not described: that takes longer than to look.
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .options({ resultTypes: ["violations"] })
    .analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
};
