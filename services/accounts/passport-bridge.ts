// Passport without Express: runs the strategy of a provider on one visit, and tells what it decided.
import passport from "passport";

/** What a strategy does: sends the browser to the provider, and finds out who comes back. */
export interface Steps<Leaving, Returning, Found extends object> {
  leave(leaving: Leaving): Promise<URL>;
  arrive(returning: Returning): Promise<Found>;
}

export type Visit<Leaving, Returning> =
  | { readonly kind: "leaving"; readonly leaving: Leaving }
  | { readonly kind: "returning"; readonly returning: Returning };

export type Decision<Found extends object> =
  | { readonly kind: "redirect"; readonly location: string }
  | { readonly kind: "success"; readonly found: Found };

class ProviderStrategy<Leaving, Returning, Found extends object> extends passport.Strategy {
  override readonly name: string;
  readonly steps: Steps<Leaving, Returning, Found>;
  // Passport adds these to an object of each visit, whose prototype is the strategy.
  declare redirect: (location: string) => void;
  declare success: (found: Found) => void;
  declare error: (error: unknown) => void;

  constructor(name: string, steps: Steps<Leaving, Returning, Found>) {
    super();
    this.name = name;
    this.steps = steps;
  }

  override authenticate(request: unknown): void {
    const { visit } = request as { visit: Visit<Leaving, Returning> };
    const decided =
      visit.kind === "leaving"
        ? this.steps.leave(visit.leaving).then((url) => this.redirect(url.href))
        : this.steps.arrive(visit.returning).then((found) => this.success(found));
    decided.catch((error: unknown) => this.error(error));
  }
}

/** The strategies of all providers, by name. */
export interface Strategies<Leaving, Returning, Found extends object> {
  add(name: string, steps: Steps<Leaving, Returning, Found>): void;
  /** Rejects with whatever the steps reject with. */
  run(name: string, visit: Visit<Leaving, Returning>): Promise<Decision<Found>>;
}

/** A Passport of its own, which nothing else registers strategies with. */
export const openStrategies = <Leaving, Returning, Found extends object>(): Strategies<
  Leaving,
  Returning,
  Found
> => {
  const authenticator = new passport.Passport();
  return {
    add: (name, steps) => {
      authenticator.use(name, new ProviderStrategy(name, steps));
    },
    run: (name, visit) =>
      new Promise((resolve, reject) => {
        const response = {
          statusCode: 200,
          setHeader: (header: string, value: string) => {
            if (header === "Location") resolve({ kind: "redirect", location: value });
          },
          end: () => reject(new Error("The strategy ended the answer without deciding.")),
        };
        const decided = (error: unknown, found: unknown) =>
          error === null && typeof found === "object" && found !== null
            ? resolve({ kind: "success", found: found as Found })
            : reject(error ?? new Error("The strategy found nobody."));
        const handle: (request: object, response: object, next: (error?: unknown) => void) => void =
          authenticator.authenticate(name, { session: false }, decided);
        handle({ visit }, response, (error) =>
          reject(error ?? new Error("The strategy passed without deciding.")),
        );
      }),
  };
};
