// The Mantine theme: mulberry for actions, warm greys for surfaces; marigold for hits is set in base.css.
import { createTheme, type MantineColorsTuple, Menu, Portal } from "@mantine/core";

const mulberry: MantineColorsTuple = [
  "#fcf1f6",
  "#f5dfe9",
  "#eabdd2",
  "#de97b8",
  "#d277a2",
  "#c25789",
  "#ab3f72",
  "#8f2d5a",
  "#742448",
  "#561a36",
];
// Warm greys. The contrast with the texts on them is checked by axe in both colour schemes.
const gray: MantineColorsTuple = [
  "#faf8f5",
  "#f4f1ec",
  "#eae6df",
  "#dcd7ce",
  "#c4beb3",
  "#9d968a",
  "#6b655b",
  "#514c44",
  "#38342e",
  "#221f1b",
];
const dark: MantineColorsTuple = [
  "#e4dfd8",
  "#c2bcb3",
  "#a39c92",
  "#746d64",
  "#4b4640",
  "#38342f",
  "#292622",
  "#1d1b18",
  "#171513",
  "#100f0d",
];

/** The id of the element that holds whatever is drawn above a page. */
export const LAYERS = "layers";

export const theme = createTheme({
  primaryColor: "mulberry",
  primaryShade: { light: 7, dark: 6 },
  colors: { mulberry, gray, dark },
  black: "#221f1b",
  fontFamily:
    'Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif',
  fontFamilyMonospace:
    'ui-monospace, "SF Mono", "Cascadia Code", "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.9375rem", lg: "1.0625rem", xl: "1.3125rem" },
  lineHeights: { xs: "1.35", sm: "1.45", md: "1.55", lg: "1.5", xl: "1.4" },
  headings: {
    fontWeight: "640",
    sizes: {
      h1: { fontSize: "2.25rem", lineHeight: "1.12" },
      h2: { fontSize: "1.375rem", lineHeight: "1.25" },
      h3: { fontSize: "1.0625rem", lineHeight: "1.35" },
      h4: { fontSize: "0.9375rem", lineHeight: "1.4" },
    },
  },
  defaultRadius: "md",
  radius: { xs: "4px", sm: "6px", md: "9px", lg: "14px", xl: "22px" },
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
  components: {
    // Menus, lists, hints and dialogs are drawn within the page's main landmark, where screen readers look for them.
    Portal: Portal.extend({ defaultProps: { target: `#${LAYERS}` } }),
    // Without it an element without a role would stand between a menu and its items.
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
  },
});
