// Recovery codes, which are shown this once: to copy, to download, and a button for when they are kept.
import { Button, CopyButton, Group, Stack, Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import { saveFile } from "../parts/save-file.ts";
import "./recovery-codes.css";

export interface RecoveryCodeListProps {
  readonly codes: readonly string[];
  readonly onKept: () => unknown;
}

export function RecoveryCodeList({ codes, onKept }: RecoveryCodeListProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  const text = `${codes.join("\n")}\n`;
  return (
    <Stack
      gap="md"
      ref={box}
      tabIndex={-1}
      role="group"
      aria-label="Recovery codes"
      style={{ outline: "none" }}
    >
      <Text size="sm">
        Each of these codes works once in place of your second factor, for when you do not have it.
        They are shown this once. Keep them where you keep your passwords.
      </Text>
      <ol className="recovery-codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <Group gap="xs">
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button variant="default" size="xs" onClick={copy}>
              {copied ? "Copied" : "Copy all"}
            </Button>
          )}
        </CopyButton>
        <Button
          variant="default"
          size="xs"
          onClick={() =>
            saveFile("parlance-recovery-codes.txt", new Blob([text], { type: "text/plain" }))
          }
        >
          Download
        </Button>
      </Group>
      <Group>
        <Button onClick={() => void onKept()}>I have kept them</Button>
      </Group>
    </Stack>
  );
}
