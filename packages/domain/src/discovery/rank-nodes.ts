import { keyedHash } from "../limiter/keyed-hash.ts";

/** A push node, as far as choosing among them goes. */
export interface RankedNode {
  readonly id: string;
  readonly connections: number;
  /** How many connections it takes. */
  readonly connectionsMax: number;
  readonly isDraining: boolean;
}

interface Ranking {
  readonly roomId: string;
  /** So many connections more than its share a node may have before a room that belongs to it goes elsewhere. */
  readonly slack: number;
}

/** How much more than the average load a node may have. */
const overload = 1.25;

/**
 * The push nodes for a viewer of a room, the best first; draining ones are left out, full ones come last.
 *
 * Rendezvous hashing with bounded loads (Thaler and Ravishankar 1998; Mirrokni, Thorup and Zadimoghaddam 2018): every
 * api gives the viewers of a room the same node, so that a small room is open on one node alone, as long as that node
 * has no more than its share of all connections. A room that is large enough to load its node flows over to the next,
 * and a node that is new, and so has less than its share, gets whoever comes. A node that comes or goes moves its own
 * rooms and no others.
 */
export function rankNodes<Node extends RankedNode>(
  nodes: readonly Node[],
  { roomId, slack }: Ranking,
): readonly Node[] {
  const open = nodes.filter(({ isDraining }) => !isDraining);
  const connections = open.reduce((sum, node) => sum + node.connections, 0);
  const capacity = open.reduce((sum, node) => sum + node.connectionsMax, 0);
  const shareOf = (node: Node) => (capacity === 0 ? 0 : (connections * node.connectionsMax) / capacity);
  const classOf = (node: Node) => {
    if (node.connections >= node.connectionsMax) return 2;
    return node.connections <= shareOf(node) * overload + slack ? 0 : 1;
  };
  const fullness = ({ connections, connectionsMax }: Node) => connections / Math.max(1, connectionsMax);
  const weights = new Map(open.map((node) => [node.id, keyedHash(`${roomId} ${node.id}`, 0)]));
  const weightOf = ({ id }: Node) => weights.get(id) ?? 0;
  return open.toSorted((left, right) => {
    const classes = classOf(left) - classOf(right);
    if (classes !== 0) return classes;
    return classOf(left) === 0 ? weightOf(right) - weightOf(left) : fullness(left) - fullness(right);
  });
}
