import { expect, test } from "bun:test";
import { nativeHashing } from "../testing/native-hashing.ts";
import { utf8 } from "./hashing.ts";
import { merkleRoot, merkleTree, verifyMerkleProof } from "./merkle-tree.ts";

const leavesOf = (count: number) => Array.from({ length: count }, (_, index) => utf8(`entry-${index}`));
const hex = (bytes: Uint8Array) => bytes.toHex();

test("the root of nothing and the roots of the RFC 6962 test tree are the published ones", async () => {
  // From Certificate Transparency's reference tests (google/certificate-transparency, merkle_tree_test).
  const inputs = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
  ];
  const roots = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
  ];
  const leaves = inputs.map((input) => Uint8Array.fromHex(input));
  for (const [count, root] of roots.entries()) {
    expect(hex(await merkleRoot(leaves.slice(0, count), nativeHashing))).toBe(root);
  }
});

test("every leaf of trees of every size up to 40 proves itself, and no other", async () => {
  for (let count = 1; count <= 40; count++) {
    const leaves = leavesOf(count);
    const tree = await merkleTree(leaves, nativeHashing);
    const { root } = tree;
    for (const [index, leaf] of leaves.entries()) {
      const steps = tree.proof(index);
      expect(await verifyMerkleProof({ leaf, steps, root }, nativeHashing)).toBe(true);
      expect(await verifyMerkleProof({ leaf: utf8("stranger"), steps, root }, nativeHashing)).toBe(false);
    }
  }
});

test("a node of the tree can't pass for a leaf", async () => {
  const leaves = leavesOf(4);
  const tree = await merkleTree(leaves, nativeHashing);
  const { root } = tree;
  const [, inner] = tree.proof(0);
  const half = await merkleRoot(leaves.slice(0, 2), nativeHashing);
  expect(inner).toBeDefined();
  const steps = inner === undefined ? [] : [inner];
  expect(await verifyMerkleProof({ leaf: half, steps, root }, nativeHashing)).toBe(false);
});

test("there is no proof for a leaf that is not there", async () => {
  const tree = await merkleTree(leavesOf(3), nativeHashing);
  for (const index of [3, -1, 0.5]) expect(() => tree.proof(index)).toThrow(RangeError);
});
