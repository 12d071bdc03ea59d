# expect: end=exit exit=0 stdout=learned collect=ok refused=mbind needs=/usr/lib/python3/dist-packages/torch memory=512m cpu=60 wall=120
"""torch with two threads: a small network, its state by torch.save."""
import torch

torch.manual_seed(0)
torch.set_num_threads(2)
x = torch.rand(1000, 4)
y = x[:, 0] * 3 - x[:, 1]
model = torch.nn.Sequential(torch.nn.Linear(4, 16), torch.nn.ReLU(), torch.nn.Linear(16, 1))
steps = torch.optim.Adam(model.parameters(), 0.02)
for _ in range(300):
    steps.zero_grad()
    loss = ((model(x).squeeze() - y) ** 2).mean()
    loss.backward()
    steps.step()
torch.save(model.state_dict(), "/out/model")
model.load_state_dict(torch.load("/out/model"))
with torch.no_grad():
    error = float(((model(x).squeeze() - y) ** 2).mean())
print("learned" if error < 0.01 else f"failed {error}")
