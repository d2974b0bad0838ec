/** How many peers the mesh of a topic keeps to (29/WAKU2-CONFIG, GossipSub v1.0). */
export const [dLow, dHigh] = [4, 8];
/** How many of them the node has dialled itself (29/WAKU2-CONFIG, GossipSub v1.1). */
export const dOut = dLow - 1;
/** For how long a peer that was pruned is not taken back (29/WAKU2-CONFIG, GossipSub v1.1), in s. */
export const pruneBackoff = 60;
