// What a browser has and happy-dom lacks: sizes of elements, fonts, visibility, server-sent events, WebGL 2.
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

/** What the browser says that its user reads, the most wanted first. Undone by vi.restoreAllMocks. */
export const preferLanguages = (...languages: readonly string[]): void => {
  vi.spyOn(navigator, "languages", "get").mockReturnValue(languages);
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
  static readonly CLOSED = 2;
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
  get readyState(): number {
    return this.isClosed ? TestEventSource.CLOSED : 1;
  }
  /** The server refuses it: a browser does not open it again by itself. */
  fail(): void {
    this.isClosed = true;
    this.dispatchEvent(new Event("error"));
  }
  send(name: string, data: unknown): void {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) }));
  }
}

export const giveEventSource = (): void => {
  TestEventSource.opened = [];
  vi.stubGlobal("EventSource", TestEventSource);
};

interface SentFile {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Replaces XMLHttpRequest, with which files are sent. @returns what was sent */
export const giveTransfers = (
  answer: (headers: SentFile["headers"]) => { readonly status: number; readonly body: unknown },
): readonly SentFile[] => {
  const sent: SentFile[] = [];
  class TestTransfer {
    readonly upload = {};
    readonly #headers: Record<string, string> = {};
    #to = { method: "", url: "" };
    status = 0;
    statusText = "";
    responseText = "";
    onload = () => {};
    open(method: string, url: string): void {
      this.#to = { method, url };
    }
    setRequestHeader(name: string, value: string): void {
      this.#headers[name] = value;
    }
    send(): void {
      sent.push({ ...this.#to, headers: this.#headers });
      const { status, body } = answer(this.#headers);
      this.status = status;
      this.responseText = JSON.stringify(body);
      queueMicrotask(() => this.onload());
    }
  }
  vi.stubGlobal("XMLHttpRequest", TestTransfer);
  return sent;
};

export interface GlCall {
  readonly name: string;
  readonly args: readonly unknown[];
}

/**
 * A WebGL 2 context that draws nothing and records every call. Constants have their own names as values; `create…` returns
 * numbered objects, so that a test can tell buffers apart.
 */
export const recordingGl = () => {
  const calls: GlCall[] = [];
  const attributes: string[] = [];
  let made = 0;
  const results: Readonly<Record<string, (...args: readonly unknown[]) => unknown>> = {
    getShaderParameter: () => true,
    getProgramParameter: () => true,
    isContextLost: () => false,
    getAttribLocation: (_program, name) => {
      const known = attributes.indexOf(String(name));
      return known >= 0 ? known : attributes.push(String(name)) - 1;
    },
    getUniformLocation: (_program, name) => name,
  };
  const gl = new Proxy(
    {},
    {
      get: (_target, property) => {
        const name = String(property);
        if (/^[A-Z][A-Z0-9_]*$/.test(name)) return name;
        return (...args: readonly unknown[]) => {
          calls.push({ name, args });
          if (name.startsWith("create")) return { kind: name, number: made++ };
          return results[name]?.(...args);
        };
      },
    },
  );
  return {
    gl: gl as WebGL2RenderingContext,
    /** The recorded calls of one function. */
    of: (name: string) => calls.filter((call) => call.name === name),
    clear: () => {
      calls.length = 0;
    },
  };
};

/** Gives canvases a recording WebGL 2 context. */
export const giveWebGl = () => {
  const recorder = recordingGl();
  vi.stubGlobal("WebGL2RenderingContext", class {});
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockImplementation(((kind: string) =>
    kind === "webgl2" ? recorder.gl : null) as HTMLCanvasElement["getContext"]);
  return recorder;
};
