/** The oldest major version of Node.js with the functions that Pando uses. `cli/pando.mjs` has a copy, which must be equal. */
export const MINIMUM_NODE_MAJOR = 24
