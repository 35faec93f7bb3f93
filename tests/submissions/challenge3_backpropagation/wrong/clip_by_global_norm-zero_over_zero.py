# mistake: always_scaled
# %% clip_by_global_norm
def clip_by_global_norm(gradients, max_norm):
    total = np.sqrt(sum(np.sum(g**2) for g in gradients))
    return [g * (max_norm / total) for g in gradients]
