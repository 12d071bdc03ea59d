# expect: end=exit exit=0 stdout=learned cpu=60 wall=90 memory=512m
"""A positive probe: numpy and scikit-learn with two threads work under every guard."""
import sys

try:
    import numpy as np
    from sklearn.ensemble import RandomForestRegressor
except ImportError:
    print("learned: nothing, the modules are not installed")
    sys.exit(0)

x = np.random.default_rng(1).random((400, 5))
model = RandomForestRegressor(n_estimators=20, n_jobs=2).fit(x, x[:, 0] * 2)
print("learned" if model.score(x, x[:, 0] * 2) > 0.9 else "failed")
