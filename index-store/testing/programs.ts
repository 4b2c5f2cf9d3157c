// Other programs that some tests need, and the reason to skip where one is not there.
import { execFileSync } from "node:child_process";

const runs = (program: string, args: readonly string[]): boolean => {
  try {
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};

/** True where the program can be run; otherwise the reason to skip is printed. */
export const available = (program: string, args: readonly string[], needed: string): boolean => {
  const found = runs(program, args);
  if (!found)
    process.stderr.write(`skipped: ${needed} (${program} ${args.join(" ")} does not run)\n`);
  return found;
};
