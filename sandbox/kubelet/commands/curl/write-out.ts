// `-w`: what curl says about a transfer when it is over.

export interface Transfer {
  readonly [variable: string]: string | number;
}

/** Unknown variables print nothing, as in curl. */
export function writeOut(format: string, transfer: Transfer): string {
  return format.replaceAll(
    /%\{([^}]*)\}|%%|\\([ntr\\])/g,
    (written: string, name: string | undefined, escape: string | undefined) => {
      if (name !== undefined) return render(name, transfer[name]);
      return escape === undefined ? written.slice(1) : (escapes[escape] ?? written);
    },
  );
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\' };

function render(name: string, value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if (name.startsWith('time_')) return value.toFixed(6);
  return name === 'http_code' || name === 'response_code' ? String(value).padStart(3, '0') : String(value);
}
