"""podium_entry: from train/ and test/ to submission.csv, for entries in Python.

    import podium_entry as podium
    for graph in podium.train():                # labels filled in
        graph.node_feat, graph.runtime          # runtime: one float a configuration
    podium.predict(lambda graph: [...])         # one number a configuration, smaller = faster

A graph has `id`, `name`, `runtime` and the arrays of its npz file as attributes (node_feat,
node_opcode, edge_index, config_feat, node_config_ids, node_config_feat, ...); keys that the
file does not have are None. With numpy they are numpy arrays, without it nested lists.
Folders come from PODIUM_INPUT and PODIUM_OUTPUT. No dependency: numpy is used if present.

SPDX-License-Identifier: MIT. Copy it, change it, ship it with your entry.
"""
import array
import ast
import os
import zipfile

try:
    import numpy
except ImportError:
    numpy = None

TYPES = {"f4": "f", "i4": "i", "i8": "q", "u1": "B"}
KEYS = ("node_feat", "node_opcode", "edge_index", "config_feat", "node_config_ids",
        "node_config_feat", "node_splits", "config_runtime", "config_runtime_normalizers")


class Graph:
    def __init__(self, path, id):
        arrays = read_npz(path)
        for key in KEYS:
            setattr(self, key, arrays.get(key))
        self.id = id
        self.name = os.path.basename(path)[: -len(".npz")]
        unit = self.config_runtime_normalizers
        if self.config_runtime is None or unit is not None and len(unit) != len(
                self.config_runtime):
            raise ValueError(f"{path}: config_runtime is missing or of another length")
        self.runtime = [float(r) / float(1 if unit is None else unit[c])
                        for c, r in enumerate(self.config_runtime)]


def train():
    """Every graph of train/, in the order of its names."""
    folder = os.path.join(os.environ["PODIUM_INPUT"], "train")
    for file in sorted(os.listdir(folder)):
        if file.endswith(".npz"):
            yield Graph(os.path.join(folder, file), None)


def test():
    """Every graph of test/, in the order of sample_submission.csv."""
    folder = os.environ["PODIUM_INPUT"]
    with open(os.path.join(folder, "sample_submission.csv"), encoding="ascii") as sample:
        for line in sample.read().splitlines()[1:]:
            id = line.split(",")[0]
            yield Graph(os.path.join(folder, "test", id.rpartition(":")[2] + ".npz"), id)


def predict(cost):
    """Writes submission.csv with a row for every graph; cost(graph) ranks it."""
    write((graph.id, rank(cost(graph))) for graph in test())


def rank(cost):
    """Indices by rising cost, equal costs in index order."""
    return sorted(range(len(cost)), key=lambda c: (cost[c], c))


def write(rows):
    """Writes (id, indices) rows as submission.csv."""
    path = os.path.join(os.environ["PODIUM_OUTPUT"], "submission.csv")
    with open(path, "w", encoding="ascii", newline="\n") as csv:
        csv.write("ID,TopConfigs\n")
        for id, indices in rows:
            csv.write(f"{id},{';'.join(map(str, indices))}\n")


def read_npz(path):
    """The arrays of an npz file by name, or ValueError with path and reason."""
    try:
        if numpy:
            with numpy.load(path, allow_pickle=False) as npz:
                return {key: npz[key] for key in npz.files}
        with zipfile.ZipFile(path) as archive:
            return {member[: -len(".npy")]: parse_npy(archive.read(member))
                    for member in archive.namelist()}
    except OSError:
        raise
    except Exception as wrong:  # a damaged file fails in many ways
        raise ValueError(f"{path}: not a readable npz file: {wrong}") from wrong


def parse_npy(data):
    """One npy member as nested lists: little-endian f4, i4, i8 or u1 in C order."""
    if data[:6] != b"\x93NUMPY":
        raise ValueError("not in npy format")
    width = 2 if data[6] == 1 else 4
    start = 8 + width + int.from_bytes(data[8:8 + width], "little")
    header = ast.literal_eval(data[8 + width:start].decode("latin-1"))
    if header["fortran_order"]:
        raise ValueError("Fortran order needs numpy")
    flat = array.array(TYPES[header["descr"].lstrip("<|")])
    flat.frombytes(data[start:])
    for size in reversed(header["shape"][1:]):
        flat = [flat[k:k + size] for k in range(0, len(flat), size)]
    return list(flat)
