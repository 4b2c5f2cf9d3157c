// The action that a command is given as its first argument.
import { rejected } from "#services/domain/errors.ts";
import { didYouMean } from "#services/domain/nearest-name.ts";

/** @throws ParlanceError rejected `bad-action` where it is none of these */
export const actionOf = <A extends string>(
  command: string,
  given: string | undefined,
  actions: readonly [A, ...A[]],
): A => {
  if (given === undefined) return actions[0];
  const found = actions.find((one) => one === given);
  if (found !== undefined) return found;
  throw rejected(`“parlance ${command}” has no action “${given}”.${didYouMean(given, actions)}`, {
    code: "bad-action",
    hint: `Use ${actions.join(", ")}.`,
  });
};
