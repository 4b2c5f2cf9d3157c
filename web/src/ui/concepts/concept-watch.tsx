// The settings for alerts of a concept: on or off, and the webhook that they are posted to.
import {
  Button,
  Code,
  CopyButton,
  Group,
  Stack,
  Switch,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { z } from "zod";
import type { concept, conceptPatch } from "#services/contract/concepts.ts";
import { testWebhook } from "../../api/concepts.ts";
import { ActionError } from "../parts/action-error.tsx";

export interface ConceptWatchProps {
  readonly collection: string;
  readonly concept: z.infer<typeof concept>;
  readonly onPatch: (patch: z.input<typeof conceptPatch>) => Promise<unknown>;
}

export function ConceptWatch({ collection, concept: of, onPatch }: ConceptWatchProps) {
  const [url, setUrl] = useState(of.webhook ?? "");
  const save = useMutation({
    mutationFn: () => onPatch({ webhook: url.trim() === "" ? null : url.trim() }),
  });
  const test = useMutation({
    mutationFn: () => testWebhook(collection, of.id),
  });
  const watch = useMutation({ mutationFn: (on: boolean) => onPatch({ watch: on }) });
  const error = save.error ?? test.error;
  return (
    <section aria-label="Alerts">
      <Title order={3} mb={8}>
        Alerts
      </Title>
      <Switch
        label="Alert me about new matches"
        description="Alerts are listed on the alerts page (bell button)."
        checked={of.watch}
        onChange={(event) => watch.mutate(event.currentTarget.checked)}
      />
      {of.watch && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            save.mutate();
          }}
        >
          <Stack gap={10} mt={16}>
            <TextInput
              label="Webhook URL"
              description="Alerts are also posted here, signed with the secret (HMAC SHA-256). A post has ids and the probability; the text only if the server is configured to send it."
              placeholder="https://"
              type="url"
              value={url}
              onChange={(event) => setUrl(event.currentTarget.value)}
            />
            {of.secret !== null && (
              <Group gap="xs" wrap="nowrap">
                <Text size="xs">Secret</Text>
                <Code className="clip" style={{ minWidth: 0 }}>
                  {of.secret}
                </Code>
                <CopyButton value={of.secret}>
                  {({ copied, copy }) => (
                    <Button size="compact-xs" variant="default" flex="none" onClick={copy}>
                      {copied ? "Copied" : "Copy"}
                    </Button>
                  )}
                </CopyButton>
              </Group>
            )}
            <Group gap="xs">
              <Button
                type="submit"
                size="xs"
                variant="default"
                loading={save.isPending}
                disabled={url.trim() === (of.webhook ?? "")}
              >
                Save
              </Button>
              {of.webhook !== null && (
                <Button
                  size="xs"
                  variant="default"
                  loading={test.isPending}
                  onClick={() => test.mutate()}
                >
                  Send a test
                </Button>
              )}
            </Group>
            <Text size="xs" c="dimmed" role="status">
              {!error && of.webhookState}
            </Text>
            <ActionError error={error} />
          </Stack>
        </form>
      )}
    </section>
  );
}
