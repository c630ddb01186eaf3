// Where a cluster is to be found, for people: what up ends with, and status shows.

export interface Addresses {
  readonly gateway: string;
  /** What else can be opened in a browser, by name. */
  readonly urls: Readonly<Record<string, string>> | undefined;
  readonly kubeconfig: string;
}

export const addressLines = ({ gateway, urls = {}, kubeconfig }: Addresses): readonly string[] => [
  line('Gateway', gateway),
  ...Object.entries(urls).map(([name, url]) => line(name, url)),
  line('kubectl', `export KUBECONFIG=${kubeconfig}`),
];

export const line = (name: string, text: string): string => `${`${name}:`.padEnd(13)}${text}`;
