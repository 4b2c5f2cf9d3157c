// The area to drop files on, or to choose files with a click.
import { Text } from "@mantine/core";
import { Dropzone } from "@mantine/dropzone";
import { IconFileImport } from "@tabler/icons-react";
import { use } from "react";
import { useMayEdit, useMayImport } from "../account/may.ts";
import "./drop-field.css";
import { DropFiles } from "./drop-context.ts";
import { InspectFirst } from "./inspect-first.tsx";

export interface DropFieldProps {
  readonly large?: boolean;
  readonly into?: string;
}

/** Nothing for those who may not import. */
export function DropField({ large = false, into }: DropFieldProps) {
  const drop = use(DropFiles);
  const mayImport = useMayImport();
  const mayImportHere = useMayEdit(into);
  if (!(into === undefined ? mayImport : mayImportHere)) return null;
  return (
    <div>
      <Dropzone
        onDrop={(files) => drop(files, into)}
        className={large ? "drop drop-large" : "drop"}
        inputProps={{ "aria-label": "Choose chat exports to import" }}
        aria-label="Drop chat exports here, or press Enter to choose files"
      >
        <span className="drop-mark" aria-hidden="true">
          <IconFileImport size={large ? 30 : 20} stroke={1.5} />
        </span>
        <span>
          <Text component="span" display="block" fw={620} size={large ? "xl" : "md"}>
            {large ? "Drop chat exports here" : "Import more conversations"}
          </Text>
          <Text component="span" display="block" c="dimmed" size="sm">
            ZIP, JSON, JSONL, text, mail, tables, logs; several at once. Or{" "}
            <span className="text-link">choose files</span>.
          </Text>
        </span>
      </Dropzone>
      <div className="drop-choices">
        <InspectFirst into={into} />
      </div>
    </div>
  );
}
