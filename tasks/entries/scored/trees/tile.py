"""Features of tile configurations: tile sizes, their share of the extents, footprints.

config_feat holds the tile of the kernel operand (0-5), of the output (8-13) and of the
reduction (16-21), each followed by sum and product.
"""
import numpy as np

MAIN_OPCODES = (26, 34, 98, 70)  # convolution, dot, transpose, reduce


def features(graph):
    """(configurations, features) for one graph."""
    count = len(graph.config_runtime)
    main = main_node(graph)
    root = last_node(graph)
    tile = graph.config_feat.astype(float)
    extent = graph.node_feat[main, 21:27]
    fixed = np.concatenate([
        [graph.node_opcode[main], len(graph.node_opcode), graph.node_opcode[root]],
        np.log1p(graph.node_feat[main, [21, 22, 23, 24, 25, 28, 43, 44, 107]].clip(0)),
        operand_sizes(graph),
    ])
    share = tile[:, 8:14] / np.maximum(extent, 1)
    tiles = np.ceil(np.maximum(extent, 1) / np.maximum(tile[:, 8:14], 1))
    waste = (tiles * tile[:, 8:14]).prod(axis=1, where=tile[:, 8:14] > 0)
    size = np.maximum(tile[:, [7, 15, 23]], 1)
    inner = innermost(tile[:, 8:14])
    columns = [np.tile(fixed, (count, 1)), np.log1p(tile), share,
               np.log(tiles.prod(axis=1)), np.log(waste), np.log(size.prod(axis=1)),
               np.log(size.sum(axis=1)), np.log(size[:, 1] * size[:, 2]), np.log(inner),
               inner % 8, inner % 16]
    return np.column_stack(columns)


def main_node(graph):
    for opcode in MAIN_OPCODES:
        found = np.flatnonzero(graph.node_opcode == opcode)
        if len(found):
            return found[0]
    return last_node(graph)


def last_node(graph):
    used = set(graph.edge_index[:, 1].tolist())
    return max(n for n in range(len(graph.node_opcode)) if n not in used)


def operand_sizes(graph):
    """Logarithms of the dimensions of the first two parameters, zero where there is none."""
    found = np.flatnonzero(graph.node_opcode == 63)[:2]
    dims = np.zeros((2, 4))
    dims[: len(found)] = np.log1p(graph.node_feat[found, 21:25])
    return dims.ravel()


def innermost(output_tile):
    """The last tile size that is given: the length of the contiguous run."""
    last = (output_tile > 0).cumsum(axis=1).argmax(axis=1)
    return np.maximum(output_tile[np.arange(len(output_tile)), last], 1)
