// The store that opens the command palette; a file of its own, so that the palette's code can load later.
import { createSpotlight } from "@mantine/spotlight";

export const [paletteSpotlight, paletteStore] = createSpotlight();
