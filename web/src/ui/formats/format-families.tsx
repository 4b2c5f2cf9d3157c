// Formats by family, each a link to its guide, with the files that it accepts.
import { Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import "./formats.css";

export interface ListedFormat {
  readonly source: string;
  readonly family: string;
  readonly name: string;
  readonly accepts: string;
}

export interface FormatFamiliesProps {
  readonly formats: readonly ListedFormat[];
  /** The level of the families' headings. */
  readonly level: 2 | 3;
}

export function FormatFamilies({ formats, level }: FormatFamiliesProps) {
  return (
    <div className="format-families">
      {Array.from(
        Map.groupBy(formats, ({ family }) => family),
        ([family, members]) => (
          <div key={family}>
            <Title order={level} size="sm" c="dimmed">
              {family}
            </Title>
            <dl>
              {members.map(({ source, name, accepts }) => (
                <div key={source}>
                  <dt>
                    <Link to="/formats/$source" params={{ source }} className="format-name">
                      {name}
                    </Link>
                  </dt>
                  <dd>{accepts}</dd>
                </div>
              ))}
            </dl>
          </div>
        ),
      )}
    </div>
  );
}
