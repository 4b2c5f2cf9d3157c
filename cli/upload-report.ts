// What came of an upload, in lines for people.
import { awaitsColumns, isBarren, type Upload } from "#services/contract/uploads.ts";
import { count, line, paint, printable } from "./client/output.ts";

/** States that an upload stays in. */
export const finalStates: ReadonlySet<string> = new Set(["done", "failed", "cancelled"]);

/** Prints what was read, and the first of what could not be. @param name instead of the upload's own */
export const reportUpload = (one: Upload, name = one.filename): void => {
  const { progress } = one;
  const mark = one.state === "done" && !isBarren(one) ? paint("green", "✓") : paint("red", "✗");
  const figures = `${count(progress.newMessages)} new ${progress.newMessages === 1 ? "entry" : "entries"}, ${count(progress.knownMessages)} known`;
  const changed =
    progress.changedMessages > 0 ? `, ${count(progress.changedMessages)} changed` : "";
  line(
    `${mark} ${printable(name)}  ${one.format ?? ""}  ${figures}${changed}, in ${count(progress.conversations)} ${progress.conversations === 1 ? "conversation" : "conversations"}`,
  );
  if (one.error !== null)
    line(`  ${printable(one.error.message)} ${printable(one.error.hint ?? "")}`);
  if (awaitsColumns(one))
    line(`  It is kept: parlance columns set ${one.id} "text=…,author=…,time=…" has it read.`);
  if (one.problemCount > 0)
    line(
      paint(
        "yellow",
        `  ${count(one.problemCount)} ${one.problemCount === 1 ? "record" : "records"} could not be read:`,
      ),
    );
  for (const problem of one.problems.slice(0, 5))
    line(
      paint(
        "dim",
        `    ${printable(problem.place)}: ${printable(problem.reason)}${problem.count > 1 ? ` (× ${count(problem.count)})` : ""}`,
      ),
    );
};
