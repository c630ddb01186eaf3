// The nodes of a step, or of its Solution, as prose, commands with their output, and manifests.

import type { Code, RootContent } from 'mdast';
import { visit } from 'unist-util-visit';
import { readFence } from './fence.ts';
import { readFenceBlock, type FenceBlock } from './fence-kind.ts';
import type { StepText } from './lab.ts';
import { startOf } from './markdown.ts';
import type { Place } from './place.ts';
import type { Reader } from './reader.ts';
import { nameOf } from './sections.ts';

export function readStepText(nodes: readonly RootContent[], reader: Reader): readonly StepText[] {
  const blocks: StepText[] = [];
  // The block of the node just above, if that was a fence that an output may follow.
  let above: StepText | undefined;
  for (const node of nodes) {
    if (node.type !== 'code') {
      findNestedFences(node, reader);
      addProse(blocks, node);
      above = undefined;
      continue;
    }
    const block = readCode(node, reader);
    if (block?.kind === 'output') {
      if (above?.kind === 'command') blocks[blocks.length - 1] = { ...above, expected: block.expected };
      else reader.problems.add(block.expected.at, 'output-without-command', strayOutput(above));
      above = undefined;
    } else if (block?.kind === 'check-fence') {
      reader.problems.add(block.fence.at, 'check-outside-details', checkPlace);
      above = undefined;
    } else {
      if (block !== undefined) blocks.push(block);
      above = block;
    }
  }
  return blocks;
}

/** Nodes that are there to be read only, `where` says in what. */
export function readBody(
  nodes: readonly RootContent[],
  where: string,
  reader: Reader,
): readonly RootContent[] {
  for (const node of nodes) {
    if (node.type !== 'code') {
      findNestedFences(node, reader);
      continue;
    }
    const block = readCode(node, reader);
    const at = reader.source.placeAt(startOf(node));
    if (block?.kind === 'command') reportUnreached(at, where, reader);
    else if (block?.kind === 'check-fence') reader.problems.add(at, 'check-outside-details', checkPlace);
    else if (block?.kind === 'output')
      reader.problems.add(at, 'output-without-command', strayOutput(undefined));
  }
  return nodes;
}

function readCode(node: Code, reader: Reader): FenceBlock | undefined {
  const fence = readFence(node, reader.source, reader.problems);
  return fence === undefined ? undefined : readFenceBlock(fence, reader);
}

/** For commands where nothing runs them. */
function reportUnreached(at: Place, where: string, { problems }: Reader): void {
  problems.add(
    at,
    'unreachable-command',
    `A command ${where} never runs: move it into a step, or say why it is only to be read: skip="reason"`,
  );
}

const checkPlace =
  'A yaml check belongs under <details><summary>Check: what it shows</summary>, inside a step: move it there';

function strayOutput(above: StepText | undefined): string {
  return above?.kind === 'skipped'
    ? 'The command above does not run, so nothing can be compared: give this fence skip="reason" as well'
    : 'There is no command right above this output: put it directly under its sh fence, one output for one command';
}

function addProse(blocks: StepText[], node: RootContent): void {
  const last = blocks.at(-1);
  if (last?.kind === 'prose') blocks[blocks.length - 1] = { kind: 'prose', nodes: [...last.nodes, node] };
  else blocks.push({ kind: 'prose', nodes: [node] });
}

/** A fence in a list or a quote runs nowhere, so it must say that it is only to be read. */
function findNestedFences(container: RootContent, reader: Reader): void {
  visit(container, 'code', (node) => {
    const fence = readFence(node, reader.source, reader.problems);
    if (fence === undefined) return;
    if (fence.attributes.has('skip')) readFenceBlock(fence, reader);
    else reportNested(fence.at, container, reader);
  });
}

function reportNested(at: Place, container: RootContent, { problems }: Reader): void {
  problems.add(
    at,
    'nested-fence',
    `A fence inside a ${nameOf(container)} would be missed: move it out, or say why it is only to be read: skip="reason"`,
  );
}
