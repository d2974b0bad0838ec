/** The first, the next and the last. */
export const shards = [0, 1, 1_023];
export const network = () => ({ shards });
