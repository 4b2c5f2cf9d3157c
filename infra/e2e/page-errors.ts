// What went wrong in pages: errors of scripts, errors in the console, and answers that failed.
import type { Page } from "@playwright/test";
import { z } from "zod";

export interface PageErrors {
  /** Notes what goes wrong in a page from now on. */
  watch(page: Page): void;
  /** What went wrong so far, a line each. */
  found(): Promise<readonly string[]>;
}

const problem = z.object({ code: z.string() });

/** The browser's own line for an answer that failed, which does not say why it failed. */
const isOfAnswer = (line: string) => line.startsWith("Failed to load resource: the server");

/** @param isExpected says which statuses a test asks for on purpose */
export const watchForErrors = (
  isExpected: (status: number) => boolean = () => false,
): PageErrors => {
  const found: string[] = [];
  const reading: Promise<void>[] = [];
  return {
    watch(page) {
      page.on("pageerror", (error) => found.push(error.message));
      page.on("console", (message) => {
        const line = message.text();
        if (message.type() !== "error" || isOfAnswer(line)) return;
        found.push(`${line} ${message.location().url}`);
      });
      page.on("response", (response) => {
        const status = response.status();
        if (status < 400 || isExpected(status)) return;
        const read = async () => {
          const body: unknown = await response.json().catch((): undefined => undefined);
          const code = problem.safeParse(body).data?.code ?? "no code";
          // A search that would wait for long is refused and sent again: the app says so, and the machine of a test may be slow.
          if (code !== "busy") found.push(`${status} ${code} ${response.url()}`);
        };
        reading.push(read());
      });
    },
    async found() {
      await Promise.all(reading);
      return found;
    },
  };
};
