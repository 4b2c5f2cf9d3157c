// What came of an upload, in lines for people.
import { awaitsColumns, isAtRest, isBarren, type Upload } from "#services/contract/uploads.ts";
import { size } from "#services/domain/size.ts";
import { count, line, paint, printable, when } from "./client/output.ts";

/** How many problems an import lists. */
const SHOWN = 5;

const reportProblems = ({ id, problemCount, problems }: Upload, shown: number): void => {
  if (problemCount > 0)
    line(
      paint("yellow", `  ${count(problemCount)} ${problemCount === 1 ? "problem" : "problems"}:`),
    );
  for (const { place, reason, count: times } of problems.slice(0, shown))
    line(
      paint(
        "dim",
        `    ${printable(place)}: ${printable(reason)}${times > 1 ? ` (× ${count(times)})` : ""}`,
      ),
    );
  if (problems.length > shown) line(paint("dim", `    All of them: parlance uploads show ${id}`));
};

/**
 * Prints what was read, and what could not be.
 * @param name instead of the upload's own
 * @param shown how many problems are listed
 */
export const reportUpload = (one: Upload, { name = one.filename, shown = SHOWN } = {}): void => {
  if (one.state === "unconfirmed") {
    const until =
      one.confirmBy === null || one.confirmBy === undefined
        ? ""
        : ` until ${when(one.confirmBy)} UTC`;
    line(`? ${printable(name)}  waits${until} for: parlance uploads confirm ${one.id}`);
    return;
  }
  const { progress } = one;
  const end = one.state === "done" && !isBarren(one) ? paint("green", "✓") : paint("red", "✗");
  const mark = isAtRest(one.state) ? end : "…";
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
  reportProblems(one, shown);
};
