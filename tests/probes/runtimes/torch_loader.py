# expect: end=exit exit=0 stdout=learned refused=mbind needs=/usr/lib/python3/dist-packages/torch memory=512m cpu=60 wall=120
"""torch's DataLoader with two processes, which hand over tensors in shared memory."""
import torch
from torch.utils.data import DataLoader, TensorDataset


def main():
    torch.manual_seed(1)
    x = torch.rand(2000, 3)
    rows = TensorDataset(x, x @ torch.tensor([1.0, -2.0, 0.5]))
    weights = torch.zeros(3, requires_grad=True)
    steps = torch.optim.SGD([weights], 0.5)
    for _ in range(8):
        for a, b in DataLoader(rows, batch_size=50, shuffle=True, num_workers=2):
            steps.zero_grad()
            ((a @ weights - b) ** 2).mean().backward()
            steps.step()
    error = float((weights.detach() - torch.tensor([1.0, -2.0, 0.5])).abs().max())
    print("learned" if error < 0.05 else f"failed {error}")


if __name__ == "__main__":
    main()
