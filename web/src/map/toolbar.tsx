// The toolbar of the map: zoom, whole map, move, lasso, box, list of topics.
import { ActionIcon, Tooltip } from "@mantine/core";
import {
  IconClock,
  IconFocusCentered,
  IconHandStop,
  IconLasso,
  IconList,
  IconMarquee2,
  IconMinus,
  IconPalette,
  IconPlus,
  IconTools,
  IconX,
} from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import type { Tool } from "./gestures.ts";
import type { Viewport } from "./viewport.ts";

export interface ToolbarProps {
  readonly viewport: Viewport;
  readonly tool: Tool;
  readonly onTool: (tool: Tool) => void;
  readonly onTable: () => void;
  /** Panels that are hidden on a narrow screen, with a button to show each. */
  readonly folded: readonly ("legend" | "time")[];
  readonly unfolded: "legend" | "time" | undefined;
  readonly onUnfold: (what: "legend" | "time" | undefined) => void;
  /** Further buttons, at the end. */
  readonly children?: ReactNode;
}

interface ToolProps {
  readonly label: string;
  readonly hint?: string;
  readonly on?: boolean;
  readonly expanded?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

function ToolButton({ label, hint, on, expanded, onClick, children }: ToolProps) {
  return (
    <Tooltip label={hint ?? label} position="left" openDelay={350} multiline maw={240}>
      <ActionIcon
        variant={on ? "filled" : "subtle"}
        color={on ? "mulberry" : "gray"}
        size={34}
        aria-label={label}
        {...(on === undefined ? {} : { "aria-pressed": on })}
        {...(expanded === undefined ? {} : { "aria-expanded": expanded })}
        onClick={onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

const icon = { size: 18, stroke: 1.6, "aria-hidden": true } as const;
const zoomStep = 1.6;

export function ZoomTools({ viewport }: Pick<ToolbarProps, "viewport">) {
  return (
    <div className="map-float map-tool-group">
      <ToolButton label="Zoom in" hint="Zoom in (+)" onClick={() => viewport.zoom(zoomStep)}>
        <IconPlus {...icon} />
      </ToolButton>
      <ToolButton label="Zoom out" hint="Zoom out (−)" onClick={() => viewport.zoom(1 / zoomStep)}>
        <IconMinus {...icon} />
      </ToolButton>
      <ToolButton
        label="Show the whole map"
        hint="Show the whole map (0)"
        onClick={viewport.showAll}
      >
        <IconFocusCentered {...icon} />
      </ToolButton>
    </div>
  );
}

export function Toolbar(props: ToolbarProps) {
  const { viewport, tool, onTool, onTable, folded, unfolded, onUnfold } = props;
  const [open, setOpen] = useState(false);
  const isFolding = folded.length > 0;
  if (isFolding && !open)
    return (
      <div className="map-tools">
        <div className="map-float map-tool-group">
          <ToolButton label="Map tools" expanded={false} onClick={() => setOpen(true)}>
            <IconTools {...icon} />
          </ToolButton>
        </div>
      </div>
    );
  return (
    <div className="map-tools" role="toolbar" aria-label="Map tools" aria-orientation="vertical">
      {isFolding && (
        <div className="map-float map-tool-group">
          <ToolButton label="Fold the map tools" expanded onClick={() => setOpen(false)}>
            <IconX {...icon} />
          </ToolButton>
        </div>
      )}
      <ZoomTools viewport={viewport} />
      <div className="map-float map-tool-group">
        <ToolButton
          label="Move the map"
          hint="Drag to move (V)"
          on={tool === "move"}
          onClick={() => onTool("move")}
        >
          <IconHandStop {...icon} />
        </ToolButton>
        <ToolButton
          label="Lasso"
          hint="Draw around points (L). Shift and drag adds to the selection, Alt and drag subtracts from it."
          on={tool === "lasso"}
          onClick={() => onTool(tool === "lasso" ? "move" : "lasso")}
        >
          <IconLasso {...icon} />
        </ToolButton>
        <ToolButton
          label="Box"
          hint="Drag a box around points (B). Enter selects everything in the window."
          on={tool === "box"}
          onClick={() => onTool(tool === "box" ? "move" : "box")}
        >
          <IconMarquee2 {...icon} />
        </ToolButton>
      </div>
      <div className="map-float map-tool-group">
        {folded.map((what) => (
          <ToolButton
            key={what}
            label={what === "legend" ? "Legend" : "Time"}
            on={unfolded === what}
            onClick={() => onUnfold(unfolded === what ? undefined : what)}
          >
            {what === "legend" ? <IconPalette {...icon} /> : <IconClock {...icon} />}
          </ToolButton>
        ))}
        <ToolButton
          label="Show the topics as a list"
          hint="Show the topics as a list (T)"
          onClick={onTable}
        >
          <IconList {...icon} />
        </ToolButton>
        {props.children}
      </div>
    </div>
  );
}
