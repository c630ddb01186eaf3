// Resource quantities (`500m`, `1.5Gi`, `2e3`) and their one canonical spelling (apimachinery, api/resource).

/** Whether Kubernetes can read the text as a quantity. */
export const isQuantityText = (text: string): boolean => parse(text) !== undefined;

/** How Kubernetes writes a quantity back: `0.5` → `500m`, `1000m` → `1`, `1024Mi` → `1Gi`. Others are left as they are. */
export function canonicalQuantity(value: unknown): unknown {
  if (typeof value !== 'string' && typeof value !== 'number') return value;
  const quantity = parse(String(value));
  if (quantity === undefined) return value;
  return quantity.binary ? writeBinary(quantity.nanos) : writeDecimal(quantity.nanos, quantity.exponent);
}

/** The quantity's value in billionths, exactly; undefined when it cannot be read. */
export const quantityNanos = (text: string): bigint | undefined => parse(text)?.nanos;

interface Quantity {
  readonly nanos: bigint;
  readonly binary: boolean;
  readonly exponent: boolean;
}

const pattern = /^([+-]?)(\d*)(?:\.(\d*))?(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?\d+)?$/;
const decimal = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const binary = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const unit = 10n ** 9n;

function parse(text: string): Quantity | undefined {
  const [matched, sign, whole = '', fraction = '', suffix = ''] = pattern.exec(text) ?? [];
  if (matched === undefined || whole + fraction === '') return undefined;
  const digits = BigInt(whole + fraction);
  const scale = scaleOf(suffix);
  // Anything finer than a billionth is rounded up, as Kubernetes does.
  const divisor = 10n ** BigInt(fraction.length) * scale.denominator;
  const scaled = digits * unit * scale.numerator;
  const nanos = (scaled + divisor - 1n) / divisor;
  return {
    nanos: sign === '-' ? -nanos : nanos,
    binary: binary.includes(suffix),
    exponent: /^[eE]./.test(suffix),
  };
}

function scaleOf(suffix: string): { numerator: bigint; denominator: bigint } {
  const power = binary.indexOf(suffix) + 1;
  if (power > 0) return { numerator: 1024n ** BigInt(power), denominator: 1n };
  const exponent = decimal.includes(suffix) ? (decimal.indexOf(suffix) - 3) * 3 : Number(suffix.slice(1));
  // Beyond these bounds Kubernetes clips; nothing real is out there.
  const bounded = Math.max(-30, Math.min(30, exponent));
  return bounded >= 0
    ? { numerator: 10n ** BigInt(bounded), denominator: 1n }
    : { numerator: 1n, denominator: 10n ** BigInt(-bounded) };
}

function writeDecimal(nanos: bigint, exponent: boolean): string {
  if (nanos === 0n) return '0';
  let value = nanos;
  let index = 0;
  while (index < decimal.length - 1 && value % 1000n === 0n) {
    value /= 1000n;
    index += 1;
  }
  if (!exponent) return `${value}${decimal[index]}`;
  return index === 3 ? `${value}` : `${value}e${(index - 3) * 3}`;
}

function writeBinary(nanos: bigint): string {
  // A binary quantity with a fraction of a byte, or less than 1Ki, is written decimally.
  if (nanos === 0n) return '0';
  if (nanos % unit !== 0n || (nanos < 1024n * unit && nanos > -1024n * unit))
    return writeDecimal(nanos, false);
  let value = nanos / unit;
  let index = -1;
  while (index < binary.length - 1 && value % 1024n === 0n) {
    value /= 1024n;
    index += 1;
  }
  return `${value}${binary[index] ?? ''}`;
}
