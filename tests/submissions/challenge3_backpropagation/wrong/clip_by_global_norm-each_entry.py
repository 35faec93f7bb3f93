# mistake: clipped_the_entries
# %% clip_by_global_norm
def clip_by_global_norm(gradients, max_norm):
    return [np.maximum(np.minimum(g, max_norm), -max_norm) for g in gradients]
