// Opens the palette from anywhere; apart from the palette itself, so that its code can come later.
import { createSpotlight } from "@mantine/spotlight";

export const [paletteSpotlight, paletteStore] = createSpotlight();
