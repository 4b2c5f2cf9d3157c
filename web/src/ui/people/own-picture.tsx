// One's own picture, in the profile: chosen, cut to a square, sent; or removed.
import { Button, FileButton, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Account } from "#services/contract/accounts.ts";
import { accountQuery } from "../../api/account.ts";
import { peopleQuery } from "../../api/organization.ts";
import { deletePicture, putPicture } from "../../api/pictures.ts";
import { ActionError } from "../parts/action-error.tsx";
import { Face } from "./face.tsx";
import { squarePicture } from "./square-picture.ts";

export function OwnPicture({ user }: { readonly user: NonNullable<Account["user"]> }) {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: async (file: Blob | undefined) =>
      file === undefined ? deletePicture() : putPicture(await squarePicture(file)),
    onSuccess: (saved) => {
      client.setQueryData(accountQuery.queryKey, saved);
      void client.invalidateQueries({ queryKey: peopleQuery.queryKey });
    },
  });
  return (
    <Group gap="md" wrap="nowrap" align="center" mb="lg">
      <Face id={user.id} name={user.name} size={72} />
      <Stack gap={6}>
        <Group gap="xs">
          <FileButton
            accept="image/png,image/jpeg,image/webp"
            onChange={(file) => {
              if (file !== null) change.mutate(file);
            }}
          >
            {(props) => (
              <Button
                {...props}
                variant="default"
                size="xs"
                loading={change.isPending && change.variables !== undefined}
              >
                {user.picture === null ? "Choose a picture" : "Change the picture"}
              </Button>
            )}
          </FileButton>
          {user.picture !== null && (
            <Button
              variant="subtle"
              color="gray"
              size="xs"
              loading={change.isPending && change.variables === undefined}
              onClick={() => change.mutate(undefined)}
            >
              Remove
            </Button>
          )}
        </Group>
        <Text size="xs" c="dimmed">
          PNG, JPEG or WebP. Members of your organizations see it.
        </Text>
        <ActionError error={change.error} />
      </Stack>
    </Group>
  );
}
