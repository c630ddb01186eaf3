// Kubernetes' rules of names (apimachinery, pkg/util/validation): what is wrong with one, in its words; `[]` when it is fine.

export type NameRule = (name: string) => readonly string[];

/** RFC 1123 label: containers, volumes, most short names. */
export const dnsLabel: NameRule = (name) => [
  ...atMost(name, 63),
  ...unless(
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name),
    `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
  ),
];

/** RFC 1035 label: begins with a letter. */
export const dns1035Label: NameRule = (name) => [
  ...atMost(name, 63),
  ...unless(
    /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name),
    `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')`,
  ),
];

export const dnsSubdomain: NameRule = (name) => [
  ...atMost(name, 253),
  ...unless(
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name),
    `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
  ),
];

/** The name of a port: at most 15 characters, of which one is a letter. */
export const portName: NameRule = (name) => [
  ...atMost(name, 15),
  ...unless(
    /^[-a-z0-9]+$/.test(name),
    'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
  ),
  ...unless(/[a-z]/.test(name), 'must contain at least one letter (a-z)'),
  ...unless(!name.includes('--'), 'must not contain consecutive hyphens'),
  ...unless(!/^-|-$/.test(name), 'must not begin or end with a hyphen'),
];

export const environmentName: NameRule = (name) =>
  unless(
    /^[ -<>-~]+$/.test(name),
    "a valid environment variable name must consist only of printable ASCII characters other than '='",
  );

/** A key of a ConfigMap or Secret. */
export const configKey: NameRule = (key) => [
  ...atMost(key, 253),
  ...unless(
    /^[-._a-zA-Z0-9]+$/.test(key),
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
  ),
  ...(key === '.' || key === '..' ? [`must not be '${key}'`] : []),
  ...(key.startsWith('..') && key !== '..' ? ["must not start with '..'"] : []),
];

/** The key of a label or annotation: a name, after an optional DNS prefix and `/`. */
export const qualifiedName: NameRule = (key) => {
  const parts = key.split('/');
  const name = parts.at(-1) ?? '';
  const form = `([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]`;
  const rule = `must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${form}')`;
  if (parts.length > 2) {
    return [
      `a qualified name ${rule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const prefix = parts.length === 2 ? parts[0] : undefined;
  return [
    ...(prefix === '' ? ['prefix part must be non-empty'] : []),
    ...(prefix === undefined || prefix === '' ? [] : dnsSubdomain(prefix).map((why) => `prefix part ${why}`)),
    ...(name === '' ? ['name part must be non-empty'] : []),
    ...atMost(name, 63).map((why) => `name part ${why}`),
    ...unless(labelText.test(name), `name part ${rule}`),
  ];
};

export const labelValue: NameRule = (value) => [
  ...atMost(value, 63),
  ...unless(
    value === '' || labelText.test(value),
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
  ),
];

const labelText = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

const atMost = (text: string, most: number): readonly string[] =>
  text.length > most ? [`must be no more than ${most} characters`] : [];

const unless = (isFine: boolean, problem: string): readonly string[] => (isFine ? [] : [problem]);
