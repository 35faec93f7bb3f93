# mistake: squared_norm
# %% clip_by_global_norm
def clip_by_global_norm(gradients, max_norm):
    total = sum((g * g).sum() for g in gradients)
    if total < max_norm:
        return gradients
    return [g * (max_norm / total) for g in gradients]
