"""Writes the npz files of this folder with NumPy: python3 make.py, in this folder."""
import numpy as np

nodes = np.zeros((2, 140), np.float32)
nodes[1, 21:24] = 4, 8, 32
common = {"node_feat": nodes, "node_opcode": np.array([63, 98], np.uint8),
          "edge_index": np.array([[1, 0]], np.int64)}
tile = dict(common, config_feat=np.arange(72, dtype=np.float32).reshape(3, 24),
            config_runtime=np.array([1 << 40, 500, 250], np.int64),
            config_runtime_normalizers=np.array([1 << 30, 250, 250], np.int64))
layout = dict(common, node_config_ids=np.array([1], np.int32), node_splits=np.array([[2]]),
              node_config_feat=-np.ones((3, 1, 18), np.float32),
              config_runtime=np.array([7, 5, 6], np.int32))
np.savez_compressed("train/tile.npz", **tile)
np.savez("test/layout.npz", **layout)
