// Why something that a person asked for was not done, beside the button for it; or why a small part of a page was not loaded.
import { Text, UnstyledButton } from "@mantine/core";
import { MissingCodeError } from "../../api/lazy-code.ts";
import { describeError, useMissingCode } from "./error-message.tsx";

export interface ActionErrorProps {
  readonly error: unknown;
  /** Loads it again; absent where the button beside it does. */
  readonly retry?: () => void;
}

/** Renders nothing where there is no error. */
export function ActionError({ error, retry }: ActionErrorProps) {
  useMissingCode(error instanceof MissingCodeError);
  if (error === null || error === undefined) return null;
  const { detail, hint } = describeError(error);
  return (
    <Text role="alert" size="sm">
      {[detail, hint].filter(Boolean).join(" ")}
      {retry && (
        <>
          {" "}
          <UnstyledButton className="text-link" fz="sm" onClick={retry}>
            Try again
          </UnstyledButton>
        </>
      )}
    </Text>
  );
}
