// The order of keys in go-yaml: letters after everything else, numbers by value.

export function naturalOrder(left: string, right: string): number {
  const a = Array.from(left);
  const b = Array.from(right);
  let afterDigit = false;
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const [x, y] = [a[index] ?? '', b[index] ?? ''];
    if (x === y) {
      afterDigit = isDigit(x);
      continue;
    }
    if (isLetter(x) && isLetter(y)) return x < y ? -1 : 1;
    if (isLetter(x) || isLetter(y)) return isLetter(x) === afterDigit ? -1 : 1;
    return byNumber(a, b, index);
  }
  return a.length - b.length;
}

function byNumber(a: readonly string[], b: readonly string[], index: number): number {
  const digits = (text: readonly string[]): string => /^\d*/.exec(text.slice(index).join(''))?.[0] ?? '';
  const [x, y] = [digits(a), digits(b)];
  // Behind other digits a 0 counts for its place.
  const before =
    /[1-9]\d*$/.test(a.slice(0, index).join('')) && (a[index] === '0' || b[index] === '0') ? '1' : '';
  const [m, n] = [Number(before + x), Number(before + y)];
  if (m !== n) return m - n;
  if (x.length !== y.length) return x.length - y.length;
  return (a[index] ?? '') < (b[index] ?? '') ? -1 : 1;
}

const isDigit = (char: string): boolean => /\p{Nd}/u.test(char);
const isLetter = (char: string): boolean => /\p{L}/u.test(char);
