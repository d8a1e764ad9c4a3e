/** Exact amount in nano-units (`100m` of CPU is 100_000_000n). See `quantity`. */
export type Quantity = bigint & { readonly brand: "nano-units" };

/** Resource name (`cpu`, `memory`, `nvidia.com/gpu`) to its exact amount, as written in a spec. */
export type Quantities = ReadonlyMap<string, Quantity>;

/**
 * Resource name to the integer that the scheduler computes with: `cpu` in millicores, everything else in units
 * (bytes, devices, pods), rounded up once per pod. Source: pkg/scheduler/framework/types.go (v1.36.3), `Resource`.
 */
export type Resources = ReadonlyMap<string, number>;

/** How the API prints a quantity: in powers of 1024, of 1000, or with an exponent. */
export type QuantityFormat = "BinarySI" | "DecimalSI" | "DecimalExponent";

/** The way in which an amount is printed, which it keeps from how it was first written. */
export interface Notation {
  readonly format: QuantityFormat;
  /** The very text, where the API keeps that though it would write it otherwise itself: `1.250`, `2e0`. */
  readonly text?: string;
}

/** An amount, printable as the API prints it. */
export interface Written extends Notation {
  readonly amount: Quantity;
}

/** Resource name to its amount, printable as the API prints it. */
export type WrittenQuantities = ReadonlyMap<string, Written>;
