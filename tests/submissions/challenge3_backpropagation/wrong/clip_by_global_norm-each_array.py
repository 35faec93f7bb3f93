# mistake: clipped_one_by_one
# %% clip_by_global_norm
def clip_by_global_norm(gradients, max_norm):
    clipped = []
    for g in gradients:
        n = np.sqrt((g**2).sum())
        clipped.append(g / n * max_norm if n > max_norm else g)
    return clipped
