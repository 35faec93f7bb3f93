# %% clip_by_global_norm
def clip_by_global_norm(gradients, max_norm):
    largest = max([np.linalg.norm(g) for g in gradients], default=0)
    factor = max_norm / largest if largest > max_norm else 1
    return [factor * g for g in gradients]
