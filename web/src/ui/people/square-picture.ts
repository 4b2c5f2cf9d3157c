// Makes a square WebP of 256 × 256 pixels from whatever picture a person chose; nothing else leaves their machine.
import { rejected } from "#services/domain/errors.ts";
import { squareOf } from "../../shape/square-picture.ts";

const side = 256;
const qualities = [0.86, 0.6, 0.4];
const mostBytes = 200_000;

const written = (canvas: HTMLCanvasElement, quality: number): Promise<Blob | null> =>
  new Promise((done) => {
    canvas.toBlob(done, "image/webp", quality);
  });

/** @throws ParlanceError rejected `bad-picture` where the file is no picture that this browser can read */
export const squarePicture = async (file: Blob): Promise<Blob> => {
  const unreadable = () =>
    rejected("This browser cannot read that file as a picture.", { code: "bad-picture" });
  const picture = await createImageBitmap(file).catch(() => {
    throw unreadable();
  });
  try {
    const { x, y, side: part } = squareOf(picture.width, picture.height);
    const canvas = document.createElement("canvas");
    canvas.width = side;
    canvas.height = side;
    const drawing = canvas.getContext("2d");
    if (drawing === null) throw unreadable();
    drawing.imageSmoothingQuality = "high";
    drawing.drawImage(picture, x, y, part, part, 0, 0, side, side);
    for (const quality of qualities) {
      const blob = await written(canvas, quality);
      if (blob !== null && blob.size <= mostBytes) return blob;
    }
    throw unreadable();
  } finally {
    picture.close();
  }
};
