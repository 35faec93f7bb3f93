# %% clip_by_global_norm
def clip_by_global_norm(gradients, max_norm):
    total = np.sqrt(sum(np.sum(g**2) for g in gradients))
    if total > max_norm:
        for g in gradients:
            g *= max_norm / total
    return gradients
