"""oracle: ranks by the labels themselves, which only a test mounts (PODIUM_REFERENCE)."""
import os
import sys

sys.path.insert(0, os.environ["PODIUM_SDK"])

import podium_entry as podium


def runtime(graph):
    path = os.path.join(os.environ["PODIUM_REFERENCE"], graph.name + ".npz")
    labels = podium.read_npz(path)
    unit = labels.get("config_runtime_normalizers")
    return [int(r) / int(1 if unit is None else unit[c])
            for c, r in enumerate(labels["config_runtime"])]


podium.predict(runtime)
