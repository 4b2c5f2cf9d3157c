// The settings of the server with their values, and where each value comes from: for whoever runs it.
import {
  Badge,
  Code,
  Group,
  SegmentedControl,
  Skeleton,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { IconAdjustments, IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Setting, SettingList } from "#services/contract/server.ts";
import { settingText, sourceText } from "#services/contract/setting-words.ts";
import { settingsQuery } from "../api/server.ts";
import { counted } from "../shape/words/numbers.ts";
import { asBrowser, isForm, LanguageSelect } from "../ui/account/language-select.tsx";
import { keepForm, keptForm } from "../ui/account/own-form.ts";
import { useSession } from "../ui/account/use-session.ts";
import { EmptyState } from "../ui/parts/empty-state.tsx";
import { ErrorMessage } from "../ui/parts/error-message.tsx";
import { Notice } from "../ui/parts/notice.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { Section } from "../ui/parts/section.tsx";
import "./server.css";

function Unknown({ unknown }: Pick<SettingList, "unknown">) {
  if (unknown.length === 0) return null;
  return (
    <Notice
      title={`${counted(unknown.length, "name")} in its environment ${unknown.length === 1 ? "is" : "are"} no ${unknown.length === 1 ? "setting" : "settings"}`}
      icon={<IconAlertTriangle size={18} stroke={1.7} aria-hidden />}
    >
      {unknown.map(({ name, near }) => (
        <p key={name}>
          <Code>{name}</Code>
          {near === null ? "" : " – perhaps "}
          {near !== null && <Code>{near}</Code>}
        </p>
      ))}
    </Notice>
  );
}

const signInTexts = {
  environment: "People sign in, because others than this machine reach the server.",
  database: "People sign in: accounts were turned on, which the database keeps.",
  default: "Nobody signs in: whoever reaches the server is its owner.",
} as const;

/** A default that is not in force is told beside it. */
const defaultText = (setting: Setting): string | undefined => {
  if (setting.isSecret || setting.source === "default") return undefined;
  return setting.default === null || setting.default === setting.value
    ? undefined
    : `default ${setting.default}`;
};

function SettingRow({ setting }: { readonly setting: Setting }) {
  const { name, meaning, allowed, source } = setting;
  const byDefault = defaultText(setting);
  return (
    <li>
      <div className="row-main">
        <span className="row-title">
          <Code>{name}</Code>
          {source !== "default" && (
            <Badge variant="light" size="sm" tt="none">
              {sourceText(source)}
            </Badge>
          )}
        </span>
        <span className="row-sub">
          {meaning}
          {allowed.length > 0 && ` Allowed: ${allowed.join(", ")}.`}
        </span>
      </div>
      <div className="setting-value">
        <Text size="sm" component="span" className="tabular">
          {settingText(setting)}
        </Text>
        {byDefault !== undefined && <span className="row-sub">{byDefault}</span>}
      </div>
    </li>
  );
}

const isFound = ({ name, meaning }: Setting, wanted: string): boolean =>
  `${name} ${meaning}`.toLowerCase().includes(wanted.trim().toLowerCase());

function Settings({ list }: { readonly list: SettingList }) {
  const set = list.settings.filter(({ source }) => source !== "default");
  const [which, setWhich] = useState(set.length === 0 ? "all" : "set");
  const [wanted, setWanted] = useState("");
  const shown = (which === "set" ? set : list.settings).filter((one) => isFound(one, wanted));
  return (
    <>
      <Unknown unknown={list.unknown} />
      <Text size="sm" my={12}>
        {signInTexts[list.signIn.source]}
      </Text>
      <Group gap="xs" mb={14}>
        <SegmentedControl
          size="xs"
          aria-label="Which settings"
          value={which}
          onChange={setWhich}
          data={[
            { value: "set", label: `Set (${set.length})` },
            { value: "all", label: `All (${list.settings.length})` },
          ]}
        />
        <TextInput
          size="xs"
          aria-label="Find a setting"
          placeholder="Find a setting"
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
      </Group>
      {shown.length === 0 ? (
        <EmptyState
          icon={<IconAdjustments size={36} stroke={1.3} aria-hidden />}
          title="No such setting"
        >
          {which === "set"
            ? "Nobody has set one like this: look among all."
            : "No setting is called like this, or means this."}
        </EmptyState>
      ) : (
        <ul className="card rows" aria-label="Settings">
          {shown.map((one) => (
            <SettingRow key={one.name} setting={one} />
          ))}
        </ul>
      )}
    </>
  );
}

/** Where there are no accounts, what whoever uses this browser prefers. */
function ThisBrowser() {
  const [form, setForm] = useState(keptForm());
  return (
    <Section title="This browser" about="Kept in this browser, as the colour scheme is.">
      <LanguageSelect
        maw={480}
        value={form ?? asBrowser}
        onChange={(value) => {
          keepForm(isForm(value) ? value : null);
          setForm(keptForm());
        }}
      />
    </Section>
  );
}

function ServerSettings() {
  const { data, error, refetch } = useQuery(settingsQuery);
  if (error && !data) return <ErrorMessage error={error} retry={() => void refetch()} />;
  return (
    <Section
      title="Settings"
      about={`Variables of the environment in which ${data?.host ?? "this server"} was started; Compose passes on those of its .env file. To change one, set it there and start the server again. Secrets are not shown.`}
    >
      {data === undefined ? (
        <Skeleton h={420} radius="lg" aria-busy="true" />
      ) : (
        <Settings list={data} />
      )}
    </Section>
  );
}

export function ServerSettingsPage() {
  useTitle("Settings of the server");
  const hasAccounts = useSession().kind !== "without-accounts";
  return (
    <Stack gap={44}>
      {!hasAccounts && <ThisBrowser />}
      <ServerSettings />
    </Stack>
  );
}
