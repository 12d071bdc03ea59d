"""Features of tile configurations: tile sizes, tile counts and footprints, as logarithms.

config_feat holds the tile of the output at 8 to 13 and of the reduction at 16 to 21. Four
sizes matter: the last three of the output and the one of the reduction.
"""
import numpy as np

CONVOLUTION, DOT, TRANSPOSE, REDUCE = 26, 34, 98, 70


def features(graph):
    """(configurations, features) for one graph."""
    main = main_node(graph)
    operands = graph.edge_index[graph.edge_index[:, 0] == main, 1]
    left, right = graph.node_feat[operands[[0, -1]], 21:27]
    opcode = graph.node_opcode[main]
    window = right[0] if opcode == CONVOLUTION else 1
    reduced = last_three(left)[1 if opcode == REDUCE else 2]
    extent = np.append(last_three(graph.node_feat[main, 21:27]), reduced)
    tile = np.array([[*last_three(row[8:14]), last_three(row[16:22])[2]]
                     for row in graph.config_feat])
    count = np.ceil(extent / tile)
    fixed = [opcode, right[2] == 1, right[1] == left[1], window, len(graph.node_opcode),
             *np.log(extent)]
    return np.column_stack([
        np.tile(fixed, (len(tile), 1)), np.log(tile), np.log(count),
        np.log(count.prod(axis=1)), count * tile / extent,
        np.log(np.column_stack(footprints(tile, window)))])


def footprints(tile, window):
    """Elements of the parts of a nest that a cache may or may not hold."""
    _, rows, columns, inner = tile.T
    return [rows * columns, columns * inner, rows * inner,
            rows * columns + columns * inner + rows * inner,
            tile[:, :3].prod(axis=1), window ** 2 * columns * inner, tile.prod(axis=1)]


def last_three(six):
    """The last three positive numbers, 1 in front of them where there are fewer."""
    return ([1.0, 1.0, 1.0] + [float(x) for x in six if x > 0])[-3:]


def main_node(graph):
    for opcode in (CONVOLUTION, DOT, TRANSPOSE, REDUCE):
        found = np.flatnonzero(graph.node_opcode == opcode)
        if len(found):
            return found[0]
    return graph.edge_index[:, 0].max()
