// What came of an upload, in lines for people.
import { awaitsColumns, isBarren, type Upload } from "#services/contract/uploads.ts";
import { size } from "#services/domain/size.ts";
import { count, line, paint, printable, when } from "./client/output.ts";

/** Prints what was read, and the first of what could not be. @param name instead of the upload's own */
export const reportUpload = (one: Upload, name = one.filename): void => {
  if (one.state === "unconfirmed") {
    const until =
      one.confirmBy === null || one.confirmBy === undefined
        ? ""
        : ` until ${when(one.confirmBy)} UTC`;
    line(`? ${printable(name)}  waits${until} for: parlance uploads confirm ${one.id}`);
    return;
  }
  const { progress } = one;
  const mark = one.state === "done" && !isBarren(one) ? paint("green", "✓") : paint("red", "✗");
  const figures = `${count(progress.newMessages)} new ${progress.newMessages === 1 ? "entry" : "entries"}, ${count(progress.knownMessages)} known`;
  const changed =
    progress.changedMessages > 0 ? `, ${count(progress.changedMessages)} changed` : "";
  line(
    `${mark} ${printable(name)}  ${one.format ?? ""}  ${figures}${changed}, in ${count(progress.conversations)} ${progress.conversations === 1 ? "conversation" : "conversations"}`,
  );
  if (one.attachments !== undefined) {
    const { kept, bytes, tooLarge, missing } = one.attachments;
    const not = [
      ...(tooLarge > 0 ? [`${count(tooLarge)} too large`] : []),
      ...(missing > 0 ? [`${count(missing)} not in the export`] : []),
    ];
    const files = [`${count(kept)} kept (${size(bytes)})`, ...not].join(", ");
    line(`  Files of messages: ${files}`);
  }
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
