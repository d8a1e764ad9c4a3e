import type { Notation, Quantity, QuantityFormat, Written } from "./model/resources.ts";

/** Nano-units in one unit: a core, a byte, a device. */
export const NANO_PER_UNIT = 10n ** 9n;

/** Nano-units in a thousandth. */
export const NANO_PER_MILLI = 10n ** 6n;

const QUANTITY = /^([+-]?)(\d*)(?:\.(\d*))?(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d+))?$/;
const BINARY_SUFFIXES = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const DECIMAL_SUFFIXES = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const NANO_DIGITS = 9;
const MAX_BINARY = (2n ** 63n - 1n) * NANO_PER_UNIT;
const MAX_EXPONENT = 400;

/**
 * Reads a resource quantity (`100m`, `1.5Gi`, `2e3`) exactly; what is finer than a nano-unit is rounded away from
 * zero. Throws `RangeError` on text that the API would not take.
 * Source: apimachinery/pkg/api/resource/quantity.go, suffix.go (v1.36.2).
 */
export function parseQuantity(text: string): Quantity {
  const match = QUANTITY.exec(text);
  const [, sign, whole = "", fraction = "", suffix = "", exponent] = match ?? [];
  if (match === null || whole + fraction === "") throw new RangeError(`"${text}" is not a quantity`);
  const digits = BigInt(whole + fraction);
  const binary = BINARY_SUFFIXES.indexOf(suffix) + 1;
  const power = NANO_DIGITS - fraction.length + decimalPower(suffix, exponent);
  if (Math.abs(power) > MAX_EXPONENT) throw new RangeError(`"${text}" is out of range`);
  const amount = scaled(digits * 1024n ** BigInt(binary), power);
  const capped = binary > 0 && amount > MAX_BINARY ? MAX_BINARY : amount;
  return (sign === "-" ? -capped : capped) as Quantity;
}

/**
 * Prints an integer of the scheduler as the API would print that resource: `cpu` from millicores (`100m`), bytes
 * in powers of 1024 (`1536Mi`), everything else as a count; always with the largest suffix that leaves no fraction.
 * Source: apimachinery/pkg/api/resource/quantity.go (v1.36.2), `CanonicalizeBytes`.
 */
export function formatResource(name: string, amount: number): string {
  if (isBytes(name) && amount >= 1024) return binary(BigInt(amount));
  return decimal(BigInt(amount) * (name === "cpu" ? NANO_PER_MILLI : NANO_PER_UNIT));
}

/** Reads a quantity as `parseQuantity` does, with the way in which the API will print it. Throws `RangeError`. */
export function parseWritten(text: string): Written {
  const written = { amount: parseQuantity(text), format: formatOf(text) };
  return isKept(text) && formatQuantity(written) !== text ? { ...written, text } : written;
}

/**
 * Whether the API keeps a quantity's text as it is: it takes what looks canonical for canonical.
 * Source: apimachinery/pkg/api/resource/quantity.go (v1.36.3), `ParseQuantity`.
 */
function isKept(text: string): boolean {
  const [, , leading = "", fraction = "", suffix = "", exponent] = QUANTITY.exec(text) ?? [];
  const whole = leading.replace(/^0+/, "") || "0";
  const digits = whole + fraction;
  const binary = BINARY_SUFFIXES.indexOf(suffix) + 1;
  if (binary > 0) return fraction === "" && whole.length + 3 * binary < 15 && BigInt(whole) % 8n !== 0n;
  const scale = decimalPower(suffix, exponent) - fraction.length;
  const canonical = scale % 3 === 0 && !digits.endsWith("000") && !digits.startsWith("0");
  return digits.length <= 18 && scale >= -NANO_DIGITS && canonical;
}

/**
 * Prints a quantity as the API does: with the largest suffix of its family that leaves no fraction (`1.5Gi` is
 * `1536Mi`, `0.5` is `500m`). What is in canonical form prints as it was read.
 * Source: apimachinery/pkg/api/resource/quantity.go (v1.36.3), `CanonicalizeBytes`.
 */
export function formatQuantity({ amount, format, text }: Written): string {
  if (text !== undefined) return text;
  const whole = amount / NANO_PER_UNIT;
  const fits = amount % NANO_PER_UNIT === 0n && (whole >= 1024n || whole <= -1024n);
  if (format === "BinarySI" && fits) return binary(whole);
  return format === "DecimalExponent" ? exponential(amount) : decimal(amount);
}

/** What a resource is printed in when nobody wrote it otherwise. */
export function usualFormat(name: string): QuantityFormat {
  return isBytes(name) ? "BinarySI" : "DecimalSI";
}

/** Whether a resource prints otherwise than when nobody writes it in a way of his own. */
export function isUnusual(name: string, { format, text }: Notation): boolean {
  return format !== usualFormat(name) || text !== undefined;
}

function formatOf(text: string): QuantityFormat {
  if (text.endsWith("i")) return "BinarySI";
  return /[eE][+-]?\d/.test(text) ? "DecimalExponent" : "DecimalSI";
}

function isBytes(name: string): boolean {
  return name === "memory" || name === "ephemeral-storage" || name.startsWith("hugepages-");
}

function decimalPower(suffix: string, exponent: string | undefined): number {
  if (exponent !== undefined) return Number(exponent);
  const place = DECIMAL_SUFFIXES.indexOf(suffix);
  return place < 0 ? 0 : 3 * (place - 3);
}

function scaled(digits: bigint, power: number): bigint {
  return power >= 0 ? digits * 10n ** BigInt(power) : ceilDivide(digits, 10n ** BigInt(-power));
}

/** A quantity in whole units, such as bytes; what is less than one is dropped. */
export const wholeUnits = (quantity: Quantity): number => Number(quantity / NANO_PER_UNIT);

/** Divides and rounds up; both arguments are not negative. */
export function ceilDivide(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}

function binary(amount: bigint): string {
  let rest = amount;
  let step = 0;
  while (step < BINARY_SUFFIXES.length && rest % 1024n === 0n) {
    rest /= 1024n;
    step += 1;
  }
  return `${rest}${step === 0 ? "" : BINARY_SUFFIXES[step - 1]}`;
}

function decimal(amount: bigint): string {
  const { rest, step } = inThousands(amount, DECIMAL_SUFFIXES.length - 1);
  return amount === 0n ? "0" : `${rest}${DECIMAL_SUFFIXES[step]}`;
}

function exponential(amount: bigint): string {
  const { rest, step } = inThousands(amount, MAX_EXPONENT);
  const exponent = 3 * step - NANO_DIGITS;
  return exponent === 0 || amount === 0n ? `${rest}` : `${rest}e${exponent}`;
}

/** Takes out as many thousands as leave no fraction. */
function inThousands(amount: bigint, most: number): { readonly rest: bigint; readonly step: number } {
  let rest = amount;
  let step = 0;
  while (step < most && rest !== 0n && rest % 1000n === 0n) {
    rest /= 1000n;
    step += 1;
  }
  return { rest, step };
}
