// What can be written in the search field beside plain words.
const operators: readonly (readonly [string, string])[] = [
  ['"exact phrase"', "these words, in this order"],
  ["-word", "without this word"],
  ["kern*", "words that begin like this"],
  ["from:mira", "written by"],
  ["role:assistant", "user, assistant, system, tool or person"],
  ["in:#support", "in this channel or title"],
  ["after:2024-03 before:2024-06", "in a span of time"],
  ["lang:de", "in a language"],
  ["topic:delivery", "of a topic, by its name or a word of it"],
  ["source:slack", "from a kind of export"],
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
