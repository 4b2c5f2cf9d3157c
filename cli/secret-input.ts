// A secret that a command needs: typed where it is not shown, or sent by another program. Never an argument, which others on the machine see.
import { password } from "@clack/prompts";

/** @param message what is asked for, such as “API key” @returns "" where nothing was given */
export const readSecret = async (message: string): Promise<string> => {
  if (process.stdin.isTTY) {
    const typed = await password({ message });
    return typeof typed === "string" ? typed.trim() : "";
  }
  const pieces: Buffer[] = [];
  for await (const piece of process.stdin) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString("utf8").trim();
};
