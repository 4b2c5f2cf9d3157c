// What a browser has and happy-dom lacks: sizes of elements, fonts, visibility, server-sent events.
import { vi } from "vitest";

/** Gives every element this size, since happy-dom has no layout. Undone by vi.restoreAllMocks. */
export const giveSize = (width: number, height: number): void => {
  const of = HTMLElement.prototype;
  for (const name of ["clientWidth", "offsetWidth"] as const)
    vi.spyOn(of, name, "get").mockReturnValue(width);
  for (const name of ["clientHeight", "offsetHeight"] as const)
    vi.spyOn(of, name, "get").mockReturnValue(height);
  vi.spyOn(Element.prototype, "getBoundingClientRect").mockReturnValue(
    new DOMRect(0, 0, width, height),
  );
};

/** Mantine's growing text fields wait for the page's fonts. */
export const giveFonts = (): void => {
  if (!("fonts" in document))
    Object.defineProperty(document, "fonts", { value: new EventTarget(), configurable: true });
};

/** Reports every observed element as visible at once. */
class AllVisible implements IntersectionObserver {
  readonly root = null;
  readonly rootMargin = "";
  readonly scrollMargin = "";
  readonly thresholds = [0];
  readonly #callback: IntersectionObserverCallback;
  constructor(callback: IntersectionObserverCallback) {
    this.#callback = callback;
  }
  observe(target: Element): void {
    const box = target.getBoundingClientRect();
    this.#callback(
      [
        {
          target,
          isIntersecting: true,
          intersectionRatio: 1,
          boundingClientRect: box,
          intersectionRect: box,
          rootBounds: null,
          time: 0,
        },
      ],
      this,
    );
  }
  unobserve(): void {}
  disconnect(): void {}
  takeRecords(): IntersectionObserverEntry[] {
    return [];
  }
}

export const showEverything = (): void => {
  vi.stubGlobal("IntersectionObserver", AllVisible);
};

/** Server-sent events: the test sends them. */
export class TestEventSource extends EventTarget {
  static opened: TestEventSource[] = [];
  readonly url: string;
  isClosed = false;
  constructor(url: string) {
    super();
    this.url = url;
    TestEventSource.opened.push(this);
  }
  close(): void {
    this.isClosed = true;
  }
  send(name: string, data: unknown): void {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) }));
  }
}

export const giveEventSource = (): void => {
  TestEventSource.opened = [];
  vi.stubGlobal("EventSource", TestEventSource);
};
