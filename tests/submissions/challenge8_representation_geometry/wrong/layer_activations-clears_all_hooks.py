# mistake: hooks_left_behind
# %% layer_activations
def layer_activations(model, images):
    kept = {}
    def hook(before, after):
        def run(module, inputs, output):
            kept[before] = output.detach().flatten(1)
            kept[after] = kept[before].relu()
        return run
    handles = [layer.register_forward_hook(hook(*names)) for layer, names in (
        (model.conv1, ('conv1', 'relu1')), (model.conv2, ('conv2', 'relu2')), (model.fc1, ('fc1', 'relu3')))]
    with torch.no_grad():
        model(images)
    for module in model.modules():
        module._forward_hooks.clear()
    return kept
