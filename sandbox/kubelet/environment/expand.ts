// `$(NAME)` in commands, arguments and values, as Kubernetes expands it: `$$` is a dollar sign, and a reference to an
// unknown name stays as it is written.

export function expand(text: string, env: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\$(?:\$|\(([^)]*)\))/g, (written: string, name: string | undefined) =>
    name === undefined ? '$' : (env.get(name) ?? written),
  );
}
