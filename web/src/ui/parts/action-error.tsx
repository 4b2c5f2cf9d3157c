// Why something that a person asked for was not done, beside the button for it.
import { Text } from "@mantine/core";
import { MissingCodeError } from "../../api/lazy-code.ts";
import { describeError, useMissingCode } from "./error-message.tsx";

/** Renders nothing where there is no error. */
export function ActionError({ error }: { readonly error: unknown }) {
  useMissingCode(error instanceof MissingCodeError);
  if (error === null || error === undefined) return null;
  const { detail, hint } = describeError(error);
  return (
    <Text role="alert" size="sm">
      {[detail, hint].filter(Boolean).join(" ")}
    </Text>
  );
}
