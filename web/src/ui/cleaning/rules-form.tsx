// The cleaning rules as a form: what is left out of the index, and what is done with each kind of personal data and secrets.
import { Checkbox, SegmentedControl, Stack, Text } from "@mantine/core";
import {
  type FoundAction,
  foundActions,
  foundKinds,
  kindsToLeaveOut,
  type LeftOutReason,
  leftOutReasons,
} from "#services/domain/cleaning.ts";
import type { CleaningRules } from "../../api/cleaning.ts";
import { actionLabels, foundLabels, leftOutLabels } from "../../shape/words/cleaning.ts";

export interface RulesFormProps {
  readonly rules: CleaningRules;
  readonly onRules: (rules: CleaningRules) => void;
}

const chosenOf = ({ leaveOut }: CleaningRules): LeftOutReason[] =>
  leftOutReasons.filter((reason) =>
    reason === "bots" || reason === "quotes" || reason === "code"
      ? leaveOut[reason]
      : leaveOut.kinds.includes(reason),
  );

const actions = foundActions.map((value) => ({ value, label: actionLabels[value] }));

const isAction = (text: string): text is FoundAction => foundActions.some((one) => one === text);

export function RulesForm({ rules, onRules }: RulesFormProps) {
  const leave = (chosen: readonly string[]) =>
    onRules({
      ...rules,
      leaveOut: {
        kinds: kindsToLeaveOut.filter((kind) => chosen.includes(kind)),
        bots: chosen.includes("bots"),
        quotes: chosen.includes("quotes"),
        code: chosen.includes("code"),
      },
    });
  return (
    <Stack gap="lg">
      <Checkbox.Group
        label="Leave out of the index"
        description="It is shown in conversations, and not found by a search. Joins, leaves and notices are never indexed."
        value={chosenOf(rules)}
        onChange={leave}
      >
        <div className="cleaning-choices">
          {leftOutReasons.map((reason) => (
            <Checkbox key={reason} size="sm" value={reason} label={leftOutLabels[reason]} />
          ))}
        </div>
      </Checkbox.Group>
      <fieldset className="cleaning-kinds">
        <Text component="legend" size="sm" fw={600}>
          Personal data and secrets
        </Text>
        <dl className="cleaning-actions">
          <dt>Mark</dt>
          <dd>It is highlighted and counted.</dd>
          <dt>Mask</dt>
          <dd>
            A mark such as «e-mail» takes its place, in the index and wherever it is shown. Whoever
            manages the collection can still export it as it came.
          </dd>
          <dt>Refuse</dt>
          <dd>
            The message is kept without its text; the files that it came in and that it has are
            deleted.
          </dd>
          <dt>Names</dt>
          <dd>
            In names of authors, channels, chats and uploaded files, Mask and Refuse put a mark with
            a word of its own, as in «phone lusaba-gutihi», so that two people stay two. Mark leaves
            names as they are.
          </dd>
        </dl>
        <Text size="xs" c="dimmed" mb={8}>
          Patterns find most, not all.
        </Text>
        {foundKinds.map((kind) => (
          <div className="cleaning-kind" key={kind}>
            <Text size="sm" id={`cleaning-${kind}`}>
              {foundLabels[kind]}
            </Text>
            <SegmentedControl
              size="xs"
              aria-labelledby={`cleaning-${kind}`}
              data={actions}
              value={rules.found[kind]}
              onChange={(action) => {
                if (isAction(action))
                  onRules({ ...rules, found: { ...rules.found, [kind]: action } });
              }}
            />
          </div>
        ))}
      </fieldset>
    </Stack>
  );
}
