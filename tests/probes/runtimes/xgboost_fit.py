# expect: end=exit exit=0 stdout=learned collect=ok refused=mbind needs=/usr/lib/python3/dist-packages/xgboost cpu=60 wall=120 memory=512m
"""xgboost with two threads; the model by its own file."""
import numpy as np
import xgboost

rng = np.random.default_rng(2)
x = rng.standard_normal((2000, 6))
y = x[:, 0] * 2 + x[:, 1] ** 2
model = xgboost.train({"max_depth": 4, "nthread": 2, "tree_method": "hist"},
                      xgboost.DMatrix(x, y), 40)
model.save_model("/out/model.json")
again = xgboost.Booster(model_file="/out/model.json")
error = float(np.mean((again.predict(xgboost.DMatrix(x)) - y) ** 2))
print("learned" if error < 0.3 else f"failed {error}")
