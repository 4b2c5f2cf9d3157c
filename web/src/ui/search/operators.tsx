// The list of search operators with their meaning.
const operators: readonly (readonly [string, string])[] = [
  ['"exact phrase"', "these words, in this order"],
  ["-word", "without this word"],
  ["kern*", "words with this beginning"],
  ["from:mira", "written by this person, by any of their names; from:me by yourself"],
  ["bot:no", "written by no bot; bot:yes by bots only"],
  ["kind:exchange", "questions with their answers; kind:message for messages alone"],
  ["kind:thinking", "a model's reasoning; kind:tool for calls and results: both are found only so"],
  ["role:assistant", "user, assistant, system, tool or person"],
  ["in:#support", "in this channel or title"],
  ["after:2024-03 before:2024-06", "in this span of time"],
  ["lang:de", "in this language"],
  ["topic:delivery", "in this topic, by its title or a word of it"],
  ["source:slack", "from this source"],
];

export function Operators() {
  return (
    <dl className="tips">
      {operators.map(([written, meaning]) => (
        <div key={written} style={{ display: "contents" }}>
          <dt>
            <code>{written}</code>
          </dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}
