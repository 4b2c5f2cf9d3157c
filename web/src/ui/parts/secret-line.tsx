// A secret or a link that is shown this once, with a button to copy it.
import { Button, Code, CopyButton } from "@mantine/core";
import "./secret-line.css";

export interface SecretLineProps {
  readonly label: string;
  readonly value: string;
  /** As it is read, where that is not as it is copied. */
  readonly shown?: string;
}

export function SecretLine({ label, value, shown = value }: SecretLineProps) {
  return (
    <div className="secret-line">
      <span className="secret-label">{label}</span>
      <Code className="secret-value">{shown}</Code>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Button size="compact-sm" variant="default" flex="none" onClick={copy}>
            {copied ? "Copied" : "Copy"}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}
