// A test of a sign-in provider: its button, whom to look up in a directory, and what was found, step by step.
import { Button, Stack, Text, TextInput, VisuallyHidden } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconHelp } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { TestedProvider, TestStep } from "#services/contract/sign-in-providers.ts";
import { ActionError } from "../parts/action-error.tsx";
import "./provider-test.css";

const marks: Readonly<Record<TestStep["state"], { icon: ReactNode; word: string }>> = {
  ok: { icon: <IconCheck size={17} stroke={2} aria-hidden />, word: "works" },
  failed: { icon: <IconAlertTriangle size={17} stroke={1.8} aria-hidden />, word: "failed" },
  unclear: { icon: <IconHelp size={17} stroke={1.8} aria-hidden />, word: "not certain" },
};

function Step({ of: { name, state, detail, hint } }: { readonly of: TestStep }) {
  const { icon, word } = marks[state];
  return (
    <li className={`test-step test-${state}`}>
      {icon}
      <div>
        <span className="test-name">
          {name}
          <VisuallyHidden> {word}</VisuallyHidden>
        </span>
        <span className="test-detail">{detail}</span>
        {hint !== null && <span className="test-hint">{hint}</span>}
      </div>
    </li>
  );
}

export interface ProviderTestProps {
  /** A directory, in which one person can be looked up. */
  readonly isDirectory: boolean;
  /** Nothing comes back where a refusal is said beside a field. */
  readonly send: (sample: string | undefined) => Promise<TestedProvider | undefined>;
}

export function ProviderTest({ isDirectory, send }: ProviderTestProps) {
  const [sample, setSample] = useState("");
  const test = useMutation({ mutationFn: () => send(sample.trim() || undefined) });
  const outcome = useRef<HTMLDivElement>(null);
  // The button stands at the lower edge of a long form: what it found would be below that edge.
  useEffect(() => {
    if (test.data ?? test.error) outcome.current?.scrollIntoView({ block: "nearest" });
  }, [test.data, test.error]);
  const failures = test.data?.steps.filter(({ state }) => state === "failed").length ?? 0;
  return (
    <Stack gap="sm" align="flex-start">
      {isDirectory && (
        <TextInput
          label="Look somebody up"
          description="As they would type themselves on the sign-in page."
          autoComplete="off"
          maxLength={254}
          w="100%"
          value={sample}
          onChange={(event) => setSample(event.currentTarget.value)}
        />
      )}
      <Button
        variant="default"
        size="xs"
        type="button"
        loading={test.isPending}
        onClick={() => test.mutate()}
      >
        {test.data === undefined ? "Test" : "Test again"}
      </Button>
      <div className="test-outcome" ref={outcome}>
        <ActionError error={test.error} />
        {test.data !== undefined && (
          <>
            <Text size="sm" role="status">
              {failures === 0
                ? "Nothing failed."
                : failures === 1
                  ? "One step failed."
                  : `${failures} steps failed.`}
            </Text>
            <ul className="test-steps" aria-label="Steps of the test">
              {test.data.steps.map((step) => (
                <Step key={step.name} of={step} />
              ))}
            </ul>
          </>
        )}
      </div>
    </Stack>
  );
}
