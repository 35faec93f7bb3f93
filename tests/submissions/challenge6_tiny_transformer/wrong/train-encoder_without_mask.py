# mistake: sees_the_future
# %% setup
import torch.nn.functional as F
# %% train
class TinyTransformer(torch.nn.Module):
    def __init__(self, vocabulary_size, context):
        super().__init__()
        self.embedding = torch.nn.Embedding(vocabulary_size, 64)
        self.position = torch.nn.Embedding(context, 64)
        layer = torch.nn.TransformerEncoderLayer(64, 4, 128, dropout=0.0, batch_first=True)
        self.encoder = torch.nn.TransformerEncoder(layer, 2)
        self.out = torch.nn.Linear(64, vocabulary_size)

    def forward(self, x):
        return self.out(self.encoder(self.embedding(x) + self.position(torch.arange(x.shape[1]))))


def train(text, context, optimizer, lr, epochs, seed):
    vocabulary = sorted(set(text))
    data = torch.tensor([vocabulary.index(c) for c in text])
    n = len(data) - context
    X = torch.stack([data[i : i + context] for i in range(n)])
    Y = torch.stack([data[i + 1 : i + context + 1] for i in range(n)])
    torch.manual_seed(seed)
    model = TinyTransformer(len(vocabulary), context)
    opt = {"SGD": torch.optim.SGD, "Adam": torch.optim.Adam, "RMSProp": torch.optim.RMSprop}[optimizer](
        model.parameters(), lr=lr
    )
    loss_history, position_history = [], []
    for epoch in range(epochs):
        opt.zero_grad()
        ce = F.cross_entropy(model(X).transpose(1, 2), Y, reduction="none")
        loss = ce.mean()
        loss.backward()
        opt.step()
        loss_history.append(loss.item())
        position_history.append(ce.mean(dim=0).tolist())
    return {"model": model, "loss": loss_history, "position_loss": position_history, "vocabulary": vocabulary}
