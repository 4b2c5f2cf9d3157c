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

/** The first of the programs that can be run with these arguments; where none can, the reason to skip is printed. */
export const firstAvailable = (
  programs: readonly string[],
  args: readonly string[],
  needed: string,
): string | undefined => {
  const found = programs.find((program) => runs(program, args));
  if (found === undefined)
    process.stderr.write(
      `skipped: ${needed} (${programs.join(", ")} ${args.join(" ")}: not here)\n`,
    );
  return found;
};

export const available = (program: string, args: readonly string[], needed: string): boolean =>
  firstAvailable([program], args, needed) !== undefined;
