// The points of a synthetic map: clusters with topics, authors, roles, times and sentiment, the same for the same number of points.

/** Mulberry32: the same map for the same seed. */
const dice = (seed: number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
};

export const subjects = [
  "Boot loader and partitions",
  "Wireless drivers",
  "Sound not working",
  "Package dependencies",
  "Graphics card setup",
  "Shell scripting",
  "Mounting disks",
  "Window manager taste",
  "Printer setup",
  "Upgrading releases",
  "Terminal fonts",
  "Network sharing",
  "Kernel modules",
  "Laptop suspend",
  "Video codecs",
  "File permissions",
  "Small talk",
  "Language and keyboard",
  "Backup tools",
  "Web server setup",
  "Thanks and greetings",
  "Virtual machines",
  "Games",
  "Mail clients",
] as const;
const themes = ["Hardware", "System and packages", "Desktop", "People"] as const;
export const authors = [
  "mira",
  "okafor",
  "jtaylor",
  "seb",
  "lin",
  "ubotu",
  "nadia",
  "petr",
  "others",
];
export const roles = ["user", "assistant", "person"];

export const dayMs = 86_400_000;
export const firstDay = 12_600;
export const lastDay = 13_700;

export const makeMap = (count: number) => {
  const random = dice(7);
  const normal = () =>
    Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
  const centres = subjects.map((_, at) => {
    const theme = at % themes.length;
    const round = (theme / themes.length) * 2 * Math.PI + 0.4;
    return {
      x: Math.cos(round) * 6 + normal() * 2.3,
      y: Math.sin(round) * 5 + normal() * 2.3,
      wide: 0.35 + random() * 0.8,
      high: 0.35 + random() * 0.8,
      turn: random() * Math.PI,
      peak: firstDay + random() * (lastDay - firstDay),
    };
  });
  const x = new Float32Array(count);
  const y = new Float32Array(count);
  const topic = new Int16Array(count);
  const time = new Float32Array(count);
  const author = new Uint16Array(count);
  const role = new Uint16Array(count);
  const sentiment = new Float32Array(count);
  for (let at = 0; at < count; at++) {
    const which = Math.floor(random() ** 1.5 * centres.length);
    const centre = centres[which];
    if (!centre) continue;
    // Some points lie in a thin line towards another cluster, as in real maps.
    const tail = random() < 0.12 ? 2.6 : 1;
    const [u, v] = [normal() * centre.wide * tail, normal() * centre.high * tail];
    x[at] = centre.x + u * Math.cos(centre.turn) - v * Math.sin(centre.turn);
    y[at] = centre.y + u * Math.sin(centre.turn) + v * Math.cos(centre.turn);
    topic[at] = random() < 0.06 ? -1 : which;
    const day =
      random() < 0.4 ? firstDay + random() * (lastDay - firstDay) : centre.peak + normal() * 120;
    time[at] = Math.min(lastDay, Math.max(firstDay, day));
    author[at] = Math.min(authors.length - 1, Math.floor(random() ** 2 * authors.length));
    role[at] = which % 3;
    sentiment[at] = Math.max(-1, Math.min(1, (which % 5) / 2 - 1 + normal() * 0.5));
  }
  return { x, y, topic, time, author, role, sentiment, centres };
};
export type SyntheticMap = ReturnType<typeof makeMap>;

export const countOf = (codes: ArrayLike<number>, code: number) => {
  let sum = 0;
  for (let at = 0; at < codes.length; at++) if (codes[at] === code) sum++;
  return sum;
};

export const topicsOf = ({ topic, centres }: SyntheticMap) => {
  const leaves = subjects.map((title, at) => ({
    title,
    at,
    points: countOf(topic, at),
    parent: at % themes.length,
    x: centres[at]?.x ?? 0,
    y: centres[at]?.y ?? 0,
  }));
  const general = themes.map((title, at) => {
    const below = leaves.filter((leaf) => leaf.parent === at);
    const mean = (of: "x" | "y") => below.reduce((sum, leaf) => sum + leaf[of], 0) / below.length;
    return {
      title,
      at,
      points: below.reduce((sum, leaf) => sum + leaf.points, 0),
      x: mean("x"),
      y: mean("y"),
      below,
    };
  });
  return { leaves, general };
};
