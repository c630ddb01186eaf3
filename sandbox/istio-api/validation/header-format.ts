// Values of headers may have Envoy's formatters: `%REQ(name)%`, `%HOSTNAME%`, and `%%` for a percent sign.

type State = 'text' | 'name' | 'array' | 'string' | 'quote' | 'delimiter' | 'close' | 'end';

/** Why Envoy could not read a value (Envoy: source/common/router/header_parser.cc before its rewrite, as Istio checks it). */
export function headerFormatMistake(value: string): string | undefined {
  const invalid = (why: string): string => `invalid header configuration. ${why}`;
  let state: State = 'text';
  for (let index = 0; index < value.length; index += 1) {
    const character = value[index];
    const isLast = index + 1 === value.length;
    const isSpace = character === ' ';
    if (state === 'text') {
      if (character !== '%') continue;
      if (isLast) return invalid('Un-escaped %');
      if (value[index + 1] === '%') index += 1;
      else state = 'name';
    } else if (state === 'name') {
      if (character === '%') state = 'text';
      else if (character === '(') state = 'array';
    } else if (state === 'array') {
      if (character === '[') state = 'quote';
      else if (!isSpace) state = 'string';
    } else if (state === 'delimiter') {
      if (character === ',') state = 'quote';
      else if (character === ']') state = 'close';
      else if (!isSpace) return invalid("Expecting ',', ']', or whitespace");
    } else if (state === 'quote') {
      if (character === '"') state = 'string';
      else if (!isSpace) return invalid(`Expecting '"'`);
    } else if (state === 'string') {
      if (character === '\\') {
        if (isLast) return invalid('Un-terminated backslash in JSON string');
        index += 1;
      } else if (character === ')') state = 'end';
      else if (character === '"') state = 'delimiter';
    } else if (state === 'close') {
      if (character === ')') state = 'end';
      else if (!isSpace) return invalid("Expecting ')' or whitespace after '{}', but found '{}'");
    } else if (character === '%') state = 'text';
    else if (!isSpace) return invalid("Expecting '%' or whitespace after");
  }
  return state === 'text' ? undefined : invalid(`Un-terminated variable expression '${value}'`);
}
