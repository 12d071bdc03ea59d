# expect: end=exit exit=0 stdout=learned collect=ok refused=mbind needs=/usr/lib/python3/dist-packages/sklearn cpu=60 wall=120 memory=512m
"""scikit-learn: a forest with n_jobs=2 (threads), boosting by OpenMP, the model by joblib."""
import joblib
import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.model_selection import cross_val_score

rng = np.random.default_rng(5)
x = rng.random((600, 5))
y = 2 * x[:, 0] - x[:, 1]
models = [RandomForestRegressor(n_estimators=20, n_jobs=2, random_state=1),
          HistGradientBoostingRegressor(max_iter=30, random_state=1)]
for model in models:
    model.fit(x[:500], y[:500])
joblib.dump(models, "/out/models")
scores = [model.score(x[500:], y[500:]) for model in joblib.load("/out/models")]
scores.append(cross_val_score(models[0], x, y, cv=2).min())
print("learned" if min(scores) > 0.8 else f"failed {scores}")
