# mistake: added_the_norms
# %% clip_by_global_norm
def clip_by_global_norm(gradients, max_norm):
    total = 0
    for g in gradients:
        total += np.sqrt(np.sum(np.square(g)))
    return [g * max_norm / total for g in gradients] if total > max_norm else gradients
