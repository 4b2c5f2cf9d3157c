// Debian's Chromium without a window for the tests, or the reason why it is missing.
import { existsSync } from "node:fs";
import { type Browser, chromium } from "@playwright/test";

/**
 * The shell has the same engine and nothing around it. The whole browser draws its own window, which nobody sees, and loads pages of
 * its own for each tab: with it, loading a page takes twice the processor time.
 */
const executables = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"] as const;
const executablePath = executables.find((path) => existsSync(path)) ?? executables[0];

export const chromiumIsMissing = (): string | undefined =>
  existsSync(executablePath)
    ? undefined
    : `${executablePath} is not there: apt-get install chromium-headless-shell`;

export const openChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--use-angle=swiftshader",
      "--enable-unsafe-swiftshader",
      // Debian turns it on, which costs time where the graphics card is emulated.
      "--disable-gpu-rasterization",
      // What is painted is put together without the emulated card, which WebGL alone needs: a quarter of what a walk over pages took.
      "--disable-gpu-compositing",
      // Chromium must not download anything for itself.
      "--disable-quic",
      "--no-first-run",
      // Dates on pages are those of the United Kingdom, as in the tests, where a test does not say otherwise.
      "--accept-lang=en-GB",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
