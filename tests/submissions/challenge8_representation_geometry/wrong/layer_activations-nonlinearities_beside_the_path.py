# %% layer_activations
def layer_activations(model, images):
    with torch.no_grad():
        a = model.conv1(images)
        c = model.conv2(F.max_pool2d(a, 2))
        e = model.fc1(F.max_pool2d(c, 2).flatten(1))
    kept = dict(conv1=a, relu1=a.relu(), conv2=c, relu2=c.relu(), fc1=e, relu3=e.relu())
    return {k: v.flatten(1) for k, v in kept.items()}
