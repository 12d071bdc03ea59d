"""Features of layout configurations: what they cost in padding, copies and lost throughput.

Layouts are spread over the whole graph first, as a compiler would: a node without its own
takes that of its largest operand of the same rank. A layout lists dimensions from minor to
major; -1 everywhere means "not said".
"""
import numpy as np

DOT, CONVOLUTION, REDUCE, RESHAPE, PARAMETER = 34, 26, 70, 75, 63
POSITIONS = 4


def features(graph):
    """(configurations, features) for one graph, in units that do not depend on its size."""
    spread = Spread(graph)
    sums = spread.sums
    for node in range(spread.nodes):
        spread.visit(node)
    scale = spread.bytes_total
    return np.stack([sums[key] / scale for key in sorted(sums)], axis=1)


def padded_bytes(shape, layout):
    """Bytes of a tensor whose minor dimension is padded to 128 and the next one to 8."""
    size = np.array(shape, float)[layout]
    if size.shape[1]:
        size[:, 0] = np.ceil(size[:, 0] / 128) * 128
    if size.shape[1] > 1:
        size[:, 1] = np.ceil(size[:, 1] / 8) * 8
    return 2 * size.prod(axis=1)


class Spread:
    """Walks a graph in order, keeps every node's layout and adds up the features."""

    def __init__(self, graph):
        self.configs = len(graph.config_runtime)
        self.nodes = len(graph.node_opcode)
        self.opcode = graph.node_opcode
        dims = graph.node_feat[:, 21:27].astype(int)
        self.shape = [[d for d in row if d > 0] for row in dims]
        self.volume = [float(np.prod(shape)) for shape in self.shape]
        self.bytes_total = 2 * sum(self.volume)
        self.slot = {int(n): k for k, n in enumerate(graph.node_config_ids)}
        self.said = graph.node_config_feat.astype(int)
        self.operands = [[] for _ in range(self.nodes)]
        for user, used in graph.edge_index:
            self.operands[user].append(int(used))
        self.layout = [None] * self.nodes
        self.sums = {}
        for key in KEYS:
            self.sums[key] = np.zeros(self.configs)

    def default(self, node):
        rank = len(self.shape[node])
        return np.tile(np.arange(rank)[::-1], (self.configs, 1))

    def requested(self, slot, start, fallback):
        """The layout that a configuration says, where it says one, else `fallback`."""
        rank = fallback.shape[1]
        said = self.said[:, slot, start:start + rank]
        return np.where((said >= 0).all(axis=1, keepdims=True), said, fallback)

    def visit(self, node):
        if node in self.slot:
            self.visit_configured(node, self.slot[node])
        elif self.opcode[node] == REDUCE and self.operands[node]:
            self.visit_reduce(node)
        else:
            self.visit_elementwise(node)

    def copy(self, node, have, want):
        differs = (have != want).any(axis=1)
        moved = differs * (padded_bytes(self.shape[node], have)
                           + padded_bytes(self.shape[node], want))
        self.sums["copies"] += differs * self.bytes_total / self.nodes
        self.sums["copied"] += moved
        if have.shape[1]:
            self.sums["copied minor"] += moved * (have[:, 0] != want[:, 0])
        return differs

    def visit_configured(self, node, slot):
        out = self.requested(slot, 0, self.default(node))
        self.layout[node] = out
        self.sums["padded output"] += padded_bytes(self.shape[node], out)
        tensors = [("output", node, out)]
        for k, used in enumerate(self.operands[node][:2]):
            have = self.layout[used]
            have = self.default(used) if have is None else have
            want = self.requested(slot, 6 * (k + 1), have)
            self.copy(used, have, want)
            name = ("input", "kernel")[k]
            self.sums["padded " + name] += padded_bytes(self.shape[used], want)
            tensors.append((name, used, want))
        if self.opcode[node] == RESHAPE:
            moved = np.any([(w != self.default(t)).any(axis=1) for _, t, w in tensors], axis=0)
            self.sums["reshaped"] += moved * (padded_bytes(self.shape[node], out))
        else:
            self.add_work(node, tensors)

    def add_work(self, node, tensors):
        """Work by the place that a tensor's last dimensions have in its layout."""
        contracted = self.shape[self.operands[node][0]][-1:] or [1]
        work = self.volume[node] * contracted[0] ** .5 / 8
        for name, tensor, layout in tensors:
            rank = layout.shape[1]
            for back in (1, 2):
                if rank < back:
                    continue
                place = (layout == rank - back).argmax(axis=1)
                for p in range(1, POSITIONS):
                    self.sums[f"{name} -{back} at {p}"] += work * (place == p)

    def visit_reduce(self, node):
        used = self.operands[node][0]
        have = self.layout[used] if self.layout[used] is not None else self.default(used)
        kept = kept_dims(self.shape[used], self.shape[node])
        order = np.full(len(self.shape[used]), -1)
        order[kept] = np.arange(len(kept))
        mapped = order[have]
        self.layout[node] = mapped[mapped >= 0].reshape(self.configs, len(kept))
        padded = padded_bytes(self.shape[used], have)
        self.sums["reduced minor"] += padded * (mapped[:, 0] < 0)
        self.sums["element-wise"] += padded

    def visit_elementwise(self, node):
        same = [o for o in self.operands[node]
                if len(self.shape[o]) == len(self.shape[node]) and self.layout[o] is not None]
        if self.opcode[node] == PARAMETER:
            self.layout[node] = self.default(node)
        if not same:
            return
        largest = max(same, key=lambda o: self.volume[o])
        self.layout[node] = self.layout[largest]
        copied = np.zeros(self.configs, bool)
        for used in same:
            copied |= self.copy(used, self.layout[used], self.layout[node])
        padded = padded_bytes(self.shape[node], self.layout[node])
        self.sums["element-wise"] += padded
        self.sums["not fused"] += padded * copied


def kept_dims(shape, reduced):
    """The dimensions of `shape` that survive, matched by size from the last one back."""
    kept, want = [], list(reduced)
    for dim in reversed(range(len(shape))):
        if want and shape[dim] == want[-1]:
            kept.append(dim)
            want.pop()
    return kept[::-1] if not want else list(range(len(reduced)))


KEYS = ["copies", "copied", "copied minor", "padded output", "padded input", "padded kernel",
        "reshaped", "reduced minor", "element-wise", "not fused"]
KEYS += [f"{tensor} -{back} at {place}" for tensor in ("output", "input", "kernel")
         for back in (1, 2) for place in range(1, POSITIONS)]
