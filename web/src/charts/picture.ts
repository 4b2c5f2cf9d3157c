// A drawn chart → an image file: an SVG with its styles written into it, or the same as PNG.

/** The texts around the chart. */
export interface Caption {
  readonly title: string;
  readonly says: string;
  /** Names and colours of the series, where there are several. */
  readonly legend: readonly { readonly label: string; readonly colour: string }[];
}

const looks = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-opacity",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
  "visibility",
] as const;

/** Copies the computed styles into attributes, since the file has no style sheets. */
const withLooks = (from: Element, to: Element): void => {
  const style = getComputedStyle(from);
  for (const look of looks) {
    const value = style.getPropertyValue(look);
    if (value !== "") to.setAttribute(look, value);
  }
  // The marker under the pointer is not part of the image.
  if (from.classList.contains("recharts-tooltip-cursor")) to.setAttribute("visibility", "hidden");
  to.removeAttribute("class");
  to.removeAttribute("style");
  const children = [...to.children];
  [...from.children].forEach((child, at) => {
    const copy = children[at];
    if (copy) withLooks(child, copy);
  });
};

const space = "http://www.w3.org/2000/svg";
const made = (name: string, attributes: Readonly<Record<string, string | number>>): SVGElement => {
  const element = document.createElementNS(space, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
};

const margin = 20;
// Labels of the axis extend a little below the chart's box.
const hang = 10;
const letter = 6.6;

const lines = (text: string, most: number): readonly string[] => {
  const found: string[] = [];
  for (const word of text.split(/\s+/u)) {
    const last = found.at(-1);
    if (last !== undefined && last.length + word.length < most)
      found[found.length - 1] = `${last} ${word}`;
    else found.push(word);
  }
  return found;
};

export interface Picture {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** The first chart inside `place` as an SVG file; undefined where there is none. */
export const pictureOf = (place: HTMLElement, caption: Caption): Picture | undefined => {
  const drawn = place.querySelector<SVGSVGElement>("svg.recharts-surface, svg.heatmap-plot");
  if (!drawn) return undefined;
  const box = drawn.getBoundingClientRect();
  const chart = drawn.cloneNode(true);
  if (!(chart instanceof SVGSVGElement)) return undefined;
  withLooks(drawn, chart);
  const body = getComputedStyle(document.body);
  const says = lines(caption.says, Math.floor(box.width / letter));
  const top = margin + 26 + says.length * 18 + 8;
  const legendLines = legendRows(caption.legend, box.width);
  const width = Math.ceil(box.width + margin * 2);
  const height = Math.ceil(top + box.height + hang + legendLines.length * 20 + margin);
  const root = made("svg", { xmlns: space, width, height, viewBox: `0 0 ${width} ${height}` });
  root.append(made("rect", { width, height, fill: body.backgroundColor }));
  const write = (text: string, at: Readonly<Record<string, string | number>>) => {
    const element = made("text", { "font-family": "sans-serif", fill: body.color, ...at });
    element.textContent = text;
    root.append(element);
  };
  write(caption.title, { x: margin, y: margin + 14, "font-size": 17, "font-weight": 600 });
  says.forEach((line, at) => {
    write(line, { x: margin, y: margin + 38 + at * 18, "font-size": 13, "fill-opacity": 0.75 });
  });
  for (const [name, value] of Object.entries({
    x: margin,
    y: top,
    width: box.width,
    height: box.height,
  }))
    chart.setAttribute(name, String(value));
  chart.setAttribute("overflow", "visible");
  root.append(chart);
  legendLines.forEach((row, line) => {
    const y = top + box.height + hang + 14 + line * 20;
    for (const { x, label, colour } of row) {
      root.append(
        made("rect", { x: margin + x, y: y - 9, width: 10, height: 10, rx: 3, fill: colour }),
      );
      write(label, { x: margin + x + 16, y, "font-size": 12 });
    }
  });
  return { svg: new XMLSerializer().serializeToString(root), width, height };
};

const legendRows = (legend: Caption["legend"], width: number) => {
  const rows: { x: number; label: string; colour: string }[][] = [];
  let x = Number.POSITIVE_INFINITY;
  for (const { label, colour } of legend) {
    const needs = 34 + label.length * letter;
    if (x + needs > width) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1)?.push({ x, label, colour });
    x += needs;
  }
  return rows;
};

/** The image as PNG, with twice the resolution of the screen. */
export const pngOf = async ({ svg, width, height }: Picture): Promise<Blob> => {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width * 2;
  canvas.height = height * 2;
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return await new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error("The image could not be made."))),
      "image/png",
    );
  });
};
