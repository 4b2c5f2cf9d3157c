// The map's tools: zoom, the whole, lasso and box, the list in place of the drawing.
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
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Tool } from "./gestures.ts";
import type { Viewport } from "./viewport.ts";

export interface ToolbarProps {
  readonly viewport: Viewport;
  readonly tool: Tool;
  readonly onTool: (tool: Tool) => void;
  readonly onTable: () => void;
  /** What is folded away on a narrow screen, and the way to fold it out. */
  readonly folded: readonly ("legend" | "time")[];
  readonly unfolded: "legend" | "time" | undefined;
  readonly onUnfold: (what: "legend" | "time" | undefined) => void;
}

interface ToolProps {
  readonly label: string;
  readonly hint?: string;
  readonly on?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

function ToolButton({ label, hint, on, onClick, children }: ToolProps) {
  return (
    <Tooltip label={hint ?? label} position="left" openDelay={350} multiline maw={240}>
      <ActionIcon
        variant={on ? "filled" : "subtle"}
        color={on ? "mulberry" : "gray"}
        size={34}
        aria-label={label}
        {...(on === undefined ? {} : { "aria-pressed": on })}
        onClick={onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

const icon = { size: 18, stroke: 1.6, "aria-hidden": true } as const;
const zoomStep = 1.6;

export function Toolbar(props: ToolbarProps) {
  const { viewport, tool, onTool, onTable, folded, unfolded, onUnfold } = props;
  return (
    <div
      className="map-tools"
      role="toolbar"
      aria-label="Tools of the map"
      aria-orientation="vertical"
    >
      <div className="map-float map-tool-group">
        <ToolButton label="Zoom in" hint="Zoom in (+)" onClick={() => viewport.zoom(zoomStep)}>
          <IconPlus {...icon} />
        </ToolButton>
        <ToolButton
          label="Zoom out"
          hint="Zoom out (−)"
          onClick={() => viewport.zoom(1 / zoomStep)}
        >
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
          hint="Draw around points (L). Shift and drag adds, Alt and drag cuts out."
          on={tool === "lasso"}
          onClick={() => onTool(tool === "lasso" ? "move" : "lasso")}
        >
          <IconLasso {...icon} />
        </ToolButton>
        <ToolButton
          label="Box"
          hint="Drag a box around points (B). Enter takes what the window shows."
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
            label={what === "legend" ? "Colours" : "Time"}
            on={unfolded === what}
            onClick={() => onUnfold(unfolded === what ? undefined : what)}
          >
            {what === "legend" ? <IconPalette {...icon} /> : <IconClock {...icon} />}
          </ToolButton>
        ))}
        <ToolButton
          label="Show the topics as a list"
          hint="The topics as a list (T)"
          onClick={onTable}
        >
          <IconList {...icon} />
        </ToolButton>
      </div>
    </div>
  );
}
