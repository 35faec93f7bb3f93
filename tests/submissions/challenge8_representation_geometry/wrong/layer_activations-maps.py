# mistake: not_flattened
# %% layer_activations
def layer_activations(model, images):
    with torch.no_grad():
        a = model.conv1(images)
        b = a.relu()
        c = model.conv2(F.max_pool2d(b, 2))
        d = c.relu()
        e = model.fc1(F.max_pool2d(d, 2).flatten(1))
    return dict(conv1=a, relu1=b, conv2=c, relu2=d, fc1=e, relu3=e.relu())
