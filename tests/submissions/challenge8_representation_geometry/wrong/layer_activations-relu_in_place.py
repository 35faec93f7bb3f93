# mistake: overwritten_in_place
# %% layer_activations
def layer_activations(model, images):
    kept = {}
    with torch.no_grad():
        x = images
        for i, layer in enumerate((model.conv1, model.conv2), start=1):
            kept[f'conv{i}'] = layer(x)
            kept[f'relu{i}'] = F.relu_(kept[f'conv{i}'])
            x = F.max_pool2d(kept[f'relu{i}'], 2)
        kept['fc1'] = model.fc1(x.flatten(1))
        kept['relu3'] = F.relu(kept['fc1'], inplace=True)
    return {name: value.flatten(1) for name, value in kept.items()}
