// How to get an export from each supported source.
import { Accordion, List, Text } from "@mantine/core";
import { sourceHelp } from "../../shape/words/sources.ts";

export function ExportHelp() {
  return (
    <Accordion variant="separated" chevronPosition="right" className="export-help" order={3}>
      {sourceHelp.map((help) => (
        <Accordion.Item key={help.source} value={help.source}>
          <Accordion.Control>
            <Text fw={560} size="sm">
              {help.label}
            </Text>
          </Accordion.Control>
          <Accordion.Panel>
            <List type="ordered" size="sm" spacing={4}>
              {help.steps.map((step) => (
                <List.Item key={step}>{step}</List.Item>
              ))}
            </List>
            <Text size="sm" c="dimmed" mt={8}>
              Import: {help.file}
            </Text>
            {help.limits === undefined ? null : (
              <Text size="sm" c="dimmed" mt={4}>
                Limits: {help.limits}
              </Text>
            )}
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}
