# %% clip_by_global_norm
def clip_by_global_norm(gradients, max_norm):
    if not gradients:
        return None
    total = np.sqrt(sum(np.sum(g**2) for g in gradients))
    return [g * min(1, max_norm / (total + 1e-6)) for g in gradients]
