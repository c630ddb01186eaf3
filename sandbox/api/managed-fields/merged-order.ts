/** All keys once: `ours` in their order, the others of `theirs` where they were among them. */
export function mergedOrder(theirs: readonly string[], ours: readonly string[]): readonly string[] {
  const mine = new Set(ours);
  const known = new Set(theirs);
  const order: string[] = [];
  const done = new Set<string>();
  let next = 0;
  const takeOurs = (): void => {
    const key = ours[next];
    next += 1;
    if (key !== undefined) {
      order.push(key);
      done.add(key);
    }
  };
  for (const key of theirs) {
    if (!mine.has(key)) {
      order.push(key);
      continue;
    }
    if (done.has(key)) continue;
    while (next < ours.length && !known.has(ours[next] ?? '')) takeOurs();
    takeOurs();
  }
  while (next < ours.length) takeOurs();
  return order;
}
