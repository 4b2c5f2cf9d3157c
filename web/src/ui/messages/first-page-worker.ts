// A worker that draws the first page of one PDF document: whoever wrote it may have made it to take all time there is.
import { getDocument } from "unpdf/pdfjs";

/** Dots that the picture of the page is wide. */
const WIDTH = 720;
/** And high at most: a page may be a long strip. */
const HIGHEST = 1600;

interface Drawn {
  canvas: OffscreenCanvas | null;
  context: OffscreenCanvasRenderingContext2D | null;
}

/** What the library draws on: in a worker there is no document to make a canvas with. */
class Canvases {
  create(width: number, height: number): Drawn {
    const canvas = new OffscreenCanvas(width, height);
    return { canvas, context: canvas.getContext("2d") };
  }
  reset({ canvas }: Drawn, width: number, height: number): void {
    if (canvas === null) return;
    canvas.width = width;
    canvas.height = height;
  }
  destroy(drawn: Drawn): void {
    drawn.canvas = null;
    drawn.context = null;
  }
}

/** Filters are drawn with elements of a document: pages look the same without the rare ones that have some. */
class Filters {
  addFilter(): string {
    return "none";
  }
  addHCMFilter(): string {
    return "none";
  }
  addAlphaFilter(): string {
    return "none";
  }
  addLuminosityFilter(): string {
    return "none";
  }
  addKnockoutFilter(): string {
    return "none";
  }
  addHighlightHCMFilter(): string {
    return "none";
  }
  destroy(): void {
    // There is nothing to give back.
  }
}

const drawn = async (data: Uint8Array): Promise<Blob> => {
  const document = await getDocument({
    data,
    verbosity: 0,
    CanvasFactory: Canvases,
    FilterFactory: Filters,
    disableFontFace: true,
    useSystemFonts: false,
    isEvalSupported: false,
  } as Parameters<typeof getDocument>[0]).promise;
  const page = await document.getPage(1);
  const whole = page.getViewport({ scale: 1 });
  const scale = Math.min(WIDTH / whole.width, HIGHEST / whole.height);
  const viewport = page.getViewport({ scale });
  const canvas = new OffscreenCanvas(Math.ceil(viewport.width), Math.ceil(viewport.height));
  const canvasContext = canvas.getContext("2d");
  await page.render({ canvasContext, canvas: null, viewport, background: "#fff" } as never).promise;
  return canvas.convertToBlob({ type: "image/png" });
};

/** The library talks over the worker's own channel to itself: the answer goes over one of its own. */
export interface PageWork {
  readonly bytes: ArrayBuffer;
  readonly answer: MessagePort;
}

const isWork = (data: unknown): data is PageWork =>
  typeof data === "object" && data !== null && "bytes" in data && "answer" in data;

addEventListener("message", async ({ data }: MessageEvent<unknown>) => {
  if (!isWork(data)) return;
  try {
    data.answer.postMessage(await drawn(new Uint8Array(data.bytes)));
  } catch {
    // Damaged, or locked by a password: nothing is shown of it.
    data.answer.postMessage(undefined);
  }
});
