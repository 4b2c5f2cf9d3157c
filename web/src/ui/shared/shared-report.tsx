// A shared report: a page of its own within this one, which runs no script and loads nothing; or as a file.
import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import type { OpenedShare } from "#services/contract/shares.ts";
import { saveFile } from "../parts/save-file.ts";
import { SharedFrame } from "./shared-frame.tsx";

export interface SharedReportProps {
  readonly of: Extract<OpenedShare, { kind: "report" }>;
}

export function SharedReport({ of }: SharedReportProps) {
  return (
    <SharedFrame
      of={of}
      about="Report of a collection"
      isWhole
      action={
        <Button
          variant="default"
          size="xs"
          leftSection={<IconDownload size={15} stroke={1.6} aria-hidden />}
          onClick={() => saveFile("report.html", new Blob([of.html], { type: "text/html" }))}
        >
          Download
        </Button>
      }
    >
      <iframe
        className="shared-report"
        title={`Report of ${of.title}`}
        sandbox=""
        srcDoc={of.html}
      />
    </SharedFrame>
  );
}
