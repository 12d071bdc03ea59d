"""trees: gradient-boosted trees on hand-made features, trained on train/ in the run itself.

Needs numpy and scikit-learn. A graph becomes a matrix with a row for each configuration;
one model learns from all graphs of train/ and ranks those of test/.
"""
import os
import sys

sys.path.insert(0, os.environ["PODIUM_SDK"])

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor

import layout
import podium_entry as podium
import tile


def standardised(columns):
    """Without mean and scale: within a graph, only the order counts."""
    spread = columns.std(axis=0)
    return (columns - columns.mean(axis=0)) / np.where(spread > 1e-12, spread, 1)


def features(graph):
    if graph.config_feat is not None:
        return tile.features(graph)
    sums = layout.features(graph)
    share = (sums - sums.mean(axis=0)) / (sums.std(axis=0).sum() + 1e-12)
    return np.hstack([standardised(sums), share])


def label(graph):
    """Tile asks for the best five: the root of the log slowdown looks closest there."""
    runtime = np.log(graph.runtime)
    if graph.config_feat is not None:
        return np.sqrt(runtime - runtime.min())
    return standardised(runtime)


def main():
    rows, labels = [], []
    for graph in podium.train():
        rows.append(features(graph))
        labels.append(label(graph))
    model = HistGradientBoostingRegressor(
        max_iter=150, learning_rate=0.08, max_leaf_nodes=24, l2_regularization=20,
        min_samples_leaf=40, early_stopping=False, random_state=1)
    model.fit(np.vstack(rows), np.concatenate(labels))
    podium.predict(lambda graph: model.predict(features(graph)))


if __name__ == "__main__":
    main()
